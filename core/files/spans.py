"""Parts of a file: read as one, and found where the file has holes."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import Any, BinaryIO

from core.files.plain_files import open_plain

Span = tuple[int, int]  # from, to before


def open_spans(path: Path, spans: list[Span]) -> tuple[BinaryIO, int]:
    """Some spans of a file as one, and its length. Raises OSError."""
    if not spans:
        return io.BytesIO(), 0
    return io.BufferedReader(_Spans(path, spans)), sum(end - start for start, end in spans)


class _Spans(io.RawIOBase):
    def __init__(self, path: Path, spans: list[Span]) -> None:
        self._left = list(spans)
        self._file = open_plain(path)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            return 0
        start, end = self._left[0]
        data = os.pread(self._file.fileno(), min(len(buffer), end - start), start)
        buffer[: len(data)] = data
        self._left[0] = (start + len(data), end)
        if start + len(data) >= end:
            del self._left[0]
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def data_spans(descriptor: int, size: int) -> list[Span]:
    """What of the first `size` bytes of a file is on the disk; the rest are holes, read as zeros.

    All of it where the file system does not say.
    """
    spans: list[Span] = []
    at = 0
    try:
        while at < size:
            start = os.lseek(descriptor, at, os.SEEK_DATA)
            at = min(os.lseek(descriptor, start, os.SEEK_HOLE), size)
            if start < at:
                spans.append((start, at))
    except OSError as error:
        return spans if error.errno == errno.ENXIO else [(0, size)]  # ENXIO: no data behind
    finally:
        os.lseek(descriptor, 0, os.SEEK_SET)
    return spans
