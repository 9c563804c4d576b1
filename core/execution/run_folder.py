"""The run folder: the truth about a process, on disk, whoever has died."""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import shutil
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.execution import wrapper
from core.execution.process_identity import boot_id
from core.files.paths import write_atomic

PLATFORM_PREFIX = "[platform] "


@dataclass(frozen=True)
class Result:
    """How the command ended: `returncode` is negative for a signal, as subprocess has it."""

    returncode: int
    error: str
    disk_full: bool
    started_at: float
    finished_at: float


class RunFolder:
    """Reads and writes the files of one run; see wrapper.py for the other side."""

    def __init__(self, root: Path, log: Path | None = None) -> None:
        """`log`: where it is kept if not in the folder itself."""
        self.root = root
        self.control = root / "control"
        self.inputs = root / "inputs"
        self.output = root / "output"
        self.log = log or root / "run.log"

    def create(self) -> None:
        for folder in (self.control, self.inputs, self.output):
            folder.mkdir(parents=True, exist_ok=True)
        self.log.touch()

    def exists(self) -> bool:
        return self.root.is_dir()

    def remove(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)

    def write_spec(self, spec: dict[str, Any]) -> None:
        write_atomic(self.control / "wrapper.py", Path(wrapper.__file__).read_bytes())
        write_atomic(self.control / "spec.json", json.dumps(spec, ensure_ascii=False).encode())

    def claim(self) -> dict[str, Any] | None:
        """Who owns the run: `{"boot_id", "pid", "start_time"}`; None before it began."""
        return _json(self.control / "claim")

    def result(self) -> Result | None:
        data = _json(self.control / "rc")
        if data is None:
            return None
        return Result(
            returncode=int(data["returncode"]),
            error=str(data.get("error", "")),
            disk_full=bool(data.get("disk_full")),
            started_at=float(data["started_at"]),
            finished_at=float(data["finished_at"]),
        )

    def close(self) -> bool:
        """Take the claim so that no wrapper can; False if one has begun (a second call is True).

        What was asked to start, and answers late, finds the run taken and does nothing.
        """
        self.control.mkdir(parents=True, exist_ok=True)
        nobody = {"boot_id": boot_id(), "pid": 0, "start_time": -1, "closed": True}
        if wrapper.claim(wrapper.RunFolder(str(self.root)), nobody):  # type: ignore[no-untyped-call]
            return True
        return bool((self.claim() or {}).get("closed"))

    def digests(self) -> dict[str, str]:
        return _json(self.control / "digests.json") or {}

    def request_stop(self) -> None:
        (self.control / "stop").touch()

    def request_kill(self) -> None:
        """End the whole tree now, without asking it."""
        (self.control / "kill").touch()

    def append_platform_line(self, moment: datetime, level: str, message: str) -> None:
        """Append one line of ours to the log, exactly once however often it is called.

        A script that runs may begin a line after we looked, so then ours always begins anew.
        """
        text = " ".join(message.split())
        line = f"{PLATFORM_PREFIX}{iso(moment)} {level.upper()} {text}\n".encode()
        live = self.claim() is not None and self.result() is None
        with self.log.open("ab+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            size = file.seek(0, os.SEEK_END)
            if size:
                with mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as content:
                    if content.find(line) >= 0:
                        return
                    if live or content[size - 1 : size] not in (b"\n", b"\r"):
                        line = b"\n" + line
            file.write(line)

    def log_size(self) -> int:
        try:
            return self.log.stat().st_size
        except OSError:
            return 0

    def times(self) -> LogTimes:
        return LogTimes(self.control / "log.index")


class LogTimes:
    """When a byte of the log was written, to the wrapper's second."""

    def __init__(self, path: Path) -> None:
        self._sizes: list[int] = []
        self._times: list[float] = []
        try:
            lines = path.read_text("ascii").splitlines()
        except OSError:
            lines = []
        for line in lines:
            moment, _, size = line.partition(" ")
            if size.isdigit():
                self._times.append(float(moment))
                self._sizes.append(int(size))

    def at(self, offset: int) -> float | None:
        """Unix time at which the byte before `offset` had been written."""
        index = bisect_left(self._sizes, offset)
        return self._times[index] if index < len(self._times) else None


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_range(path: Path, offset: int, limit: int) -> bytes:
    """At most `limit` bytes from `offset`; empty at or after the end or without a file."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(limit)
    except OSError:
        return b""


def tail_offset(path: Path, lines: int, *, block: int = 64 * 1024) -> int:
    """Byte offset at which the last `lines` lines begin; reads from the end in blocks."""
    try:
        with path.open("rb") as file:
            position = file.seek(0, os.SEEK_END)
            wanted = lines + 1
            first = True
            while position > 0:
                start = max(0, position - block)
                file.seek(start)
                data = file.read(position - start)
                if first:
                    wanted -= 0 if data.endswith(b"\n") else 1
                    first = False
                count = data.count(b"\n")
                if count >= wanted:
                    for _ in range(wanted):
                        index = data.rfind(b"\n")
                        data = data[:index]
                    return start + index + 1
                wanted -= count
                position = start
    except OSError:
        pass
    return 0


def iterate_lines(path: Path) -> Iterator[bytes]:
    """Lines of the log without their end; a very long line comes in parts of 1 MiB."""
    try:
        with path.open("rb") as file:
            while line := file.readline(1024 * 1024):
                yield line.rstrip(b"\r\n")
    except OSError:
        return


def _json(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
