"""Reading of a log: by byte offsets, from its end, by lines; without what was dropped of it.

The wrapper keeps a log within its bound by dropping bytes behind its beginning (see
log_keeper.py). All others keep their offset; the mark before the gap says how far it goes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.execution.log_keeper import LOG_HEAD, LOG_MARK
from core.files.plain_files import open_plain
from core.files.spans import Span

PLATFORM_PREFIX = "[platform] "
BLOCK = 64 * 1024
CHUNK = 1024 * 1024
WINDOW = 256 * 1024
GAP = LOG_HEAD + LOG_MARK  # where the gap begins in every log that has one
_MARK = re.compile(rb"\n\[platform\] \S{1,40} WARNING \[log (\d{1,18})-(\d{1,18})\] ")


@dataclass(frozen=True)
class Extent:
    """How long a log is and which of its bytes, from `gap` to `resume`, are no longer there."""

    size: int
    gap: int
    resume: int

    def place(self, offset: int) -> int:
        """The first byte at or after `offset` that is there; at most the end."""
        if self.gap <= offset < self.resume:
            return self.resume
        return min(offset, self.size)

    def spans(self, first: int, end: int) -> list[Span]:
        """What is there of the bytes from `first` to before `end`."""
        parts = [(first, min(end, self.gap)), (max(first, self.resume), end)]
        return [(start, stop) for start, stop in parts if start < stop]


def extent(path: Path) -> Extent:
    """Of a log that is not there or cannot be read: empty."""
    try:
        with open_plain(path) as file:
            return _extent(file.fileno())
    except OSError:
        return Extent(0, 0, 0)


def _extent(descriptor: int) -> Extent:
    size = os.fstat(descriptor).st_size
    mark = _MARK.match(os.pread(descriptor, LOG_MARK, LOG_HEAD)) if size >= GAP else None
    if mark is None or int(mark[1]) != GAP:
        return Extent(size, size, size)
    return Extent(size, GAP, max(GAP, min(int(mark[2]), size)))


def read_log(path: Path, offset: int, limit: int) -> tuple[int, bytes]:
    """Where reading from `offset` really begins, and at most `limit` bytes from there.

    It begins later where bytes were dropped, and at the end of a log that was cut shorter.
    """
    try:
        with open_plain(path) as file:
            found = _extent(file.fileno())
            start = found.place(offset)
            end = found.gap if start < found.gap else found.size
            return start, os.pread(file.fileno(), max(0, min(limit, end - start)), start)
    except OSError:
        return offset, b""


def tail_offset(path: Path, lines: int, *, most: int) -> int:
    """Byte offset at which the last `lines` lines begin; looks at `most` bytes at most.

    Where those are not enough, be it for one endless line, it is where they begin.
    """
    try:
        with open_plain(path) as file:
            return _tail_offset(file.fileno(), lines, most)
    except OSError:
        return 0


def _tail_offset(descriptor: int, lines: int, most: int) -> int:
    found = _extent(descriptor)
    position = found.size
    wanted = lines + 1
    first = True
    while position > 0 and most > 0:
        if position == found.resume:
            position = found.gap
        floor = found.resume if position > found.resume else 0
        start = max(floor, position - min(BLOCK, most))
        data = os.pread(descriptor, position - start, start)
        if first:
            wanted -= 0 if data.endswith(b"\n") else 1
            first = False
        count = data.count(b"\n")
        if count >= wanted:
            return start + _nth_last(data, wanted) + 1
        wanted -= count
        most -= position - start
        position = start
    return position


def _nth_last(data: bytes, number: int) -> int:
    """Index of the `number`th newline from the end."""
    index = len(data)
    for _ in range(number):
        index = data.rfind(b"\n", 0, index)
    return index


def whole_lines(path: Path, offset: int) -> Iterator[tuple[list[bytes], int]]:
    """Lines from `offset` to where the log ends now, some at a time, with the offset after them.

    A last line without an end is left for later; of an endless one the parts are given.
    """
    end = extent(path).size  # what is written meanwhile is for the next time
    while True:
        offset, chunk = read_log(path, offset, CHUNK)
        whole = chunk.rfind(b"\n") + 1
        if not whole and len(chunk) == CHUNK:
            whole = len(chunk)
        offset += whole
        yield chunk[:whole].splitlines(), offset
        if not whole or offset >= end:
            return


def places(path: Path, most: int) -> tuple[list[Span], float]:
    """Where to look in a log that is read for a picture of it, and what share of it that is.

    All of it; of one with more than `most` bytes so many, from its first to its last.
    """
    log = extent(path)
    spans = log.spans(0, log.size)
    there = sum(end - start for start, end in spans)
    if there <= most:
        return spans, 1.0
    count, found = most // WINDOW, []
    for number in range(count):
        at = number * (there - WINDOW) // (count - 1)
        start = at if at < log.gap else at + log.resume - log.gap
        found += log.spans(start, start + WINDOW)
    return found, most / there


def lines_between(path: Path, start: int, end: int) -> Iterator[bytes]:
    """Lines between two offsets, without their end; those cut by either come as they are."""
    try:
        with open_plain(path) as file:
            file.seek(start)
            while start < end and (line := file.readline(min(end - start, CHUNK))):
                start += len(line)
                yield line.rstrip(b"\r\n")
    except OSError:
        return
