"""Lines of the platform's own in a log that a program writes too: each once, whoever crashes.

An index beside the log says what was begun, from which offset on, and what was done. So a line is
only sought after a crash between the two, and there only: the length of the log does not matter.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from core.execution.log_file import PLATFORM_PREFIX, extent

INDEX_TAIL = 256 * 1024  # thousands of lines: nobody carries on with one that is older
WINDOW = 32 * 1024 * 1024  # what a program may write between our look and our line
OLD_WINDOW = 1024 * 1024  # of a log that had no index when its lines were written
BLOCK = 1024 * 1024
WRITE = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW  # a script could leave a link there
LOCK_SECONDS = 2.0
_RECORD = re.compile(rb"(begun|done) (\S{1,200}) (\d{1,18});")


class PlatformLines:
    """The lines of one log; any number of processes may write them at once."""

    def __init__(self, log: Path, index: Path) -> None:
        self.log, self.index = log, index

    def append(self, event: str, moment: datetime, level: str, message: str, *, anew: bool) -> None:
        """Write the line of `event` if it is not there. Raises OSError; then call again.

        `anew`: a program is writing, so it may have begun a line since we looked.
        """
        text = " ".join(message.split())
        line = f"{PLATFORM_PREFIX}{iso(moment)} {level.upper()} {text}\n".encode()
        size = extent(self.log).size
        if not self.index.exists():
            self.index.parent.mkdir(mode=0o700, exist_ok=True)
            self._note("begun", event, max(0, size - OLD_WINDOW))
        self._note("begun", event, size, lasting=True)  # before the lock: a disk may take its time
        with self._locked() as log:
            done, begun = self._known(event)
            begun.remove(size)  # our own
            if done:
                return
            if not any(_contains(log, line, start, start + WINDOW) for start in set(begun)):
                _write(log, (b"\n" if _needs_newline(log, anew) else b"") + line)
            self._note("done", event, size)

    def _note(self, what: str, event: str, offset: int, *, lasting: bool = False) -> None:
        """One record; a line's end before it keeps it apart from half a record."""
        descriptor = os.open(self.index, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            _write(descriptor, f"\n{what} {event} {offset};\n".encode())
            if lasting:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _known(self, event: str) -> tuple[bool, list[int]]:
        """Whether the line was written, and the offsets at which somebody began to."""
        done, begun = False, list[int]()
        with self.index.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - INDEX_TAIL))
            for raw in file.read(INDEX_TAIL).split(b"\n"):
                record = _RECORD.fullmatch(raw)
                if record is not None and record[2] == event.encode():
                    done = done or record[1] == b"done"
                    begun.append(int(record[3]))
        return done, begun

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The open log, for us alone among those who write such lines; waits two seconds at most.

        Raises BlockingIOError: somebody was frozen with the lock in hand.
        """
        descriptor = os.open(self.log, WRITE, 0o666)
        try:
            _lock(descriptor)
            yield descriptor
        finally:
            os.close(descriptor)


def _lock(descriptor: int) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _write(descriptor: int, data: bytes) -> None:
    """All of it, or what a full disk raises."""
    if os.write(descriptor, data) < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _contains(descriptor: int, line: bytes, start: int, end: int) -> bool:
    """Whether `line` lies between two offsets; a block at a time is held."""
    position, kept = start, b""
    while position < end and (data := os.pread(descriptor, BLOCK, position)):
        if line in kept + data:
            return True
        kept = data[-len(line) :]
        position += len(data)
    return False


def _needs_newline(descriptor: int, anew: bool) -> bool:
    size = os.fstat(descriptor).st_size
    return size > 0 and (anew or os.pread(descriptor, 1, size - 1) not in (b"\n", b"\r"))


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
