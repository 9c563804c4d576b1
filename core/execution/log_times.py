"""When a byte of a log was written, by the index that the wrapper keeps (`time size` a line)."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

from core.execution.log_keeper import index_entry

BLOCK = 16 * 1024
LONGEST = 64  # bytes of a line of the index at most


class LogTimes:
    """To the second for what is new, coarser for what is old.

    An index of any length is searched by halves; a block of it is kept for the next question.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sizes: list[int] = []
        self._times: list[float] = []

    def at(self, offset: int) -> float | None:
        """Unix time at which the byte before `offset` had been written; None if not yet."""
        if not (self._sizes and self._sizes[0] < offset <= self._sizes[-1]):
            self._load(offset)
        index = bisect_left(self._sizes, offset)
        return self._times[index] if index < len(self._times) else None

    def _load(self, offset: int) -> None:
        """Keep the block of the index in which `offset` is reached."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY)
        except OSError:
            return
        try:
            low, high = 0, os.fstat(descriptor).st_size
            while high - low > BLOCK:
                middle = (low + high) // 2
                found = next(_entries(os.pread(descriptor, 2 * LONGEST, middle), cut=True), None)
                if found is not None and found[1] < offset:
                    low = middle
                else:
                    high = middle
            data = os.pread(descriptor, high - low + 2 * LONGEST, low)
        finally:
            os.close(descriptor)
        entries = list(_entries(data, cut=low > 0))
        self._times = [moment for moment, _size in entries]
        self._sizes = [size for _moment, size in entries]


def _entries(data: bytes, *, cut: bool) -> Iterator[tuple[float, int]]:
    """Whole lines of a part of the index; `cut`: it may begin within one."""
    for line in data.split(b"\n")[1 if cut else 0 : -1]:
        entry = index_entry(line.decode("ascii", "replace"))
        if entry is not None:
            yield entry
