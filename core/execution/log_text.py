"""The end of a log as text."""

from __future__ import annotations

from core.execution.run_folder import RunFolder, read_range, tail_offset
from core.logs import printable

MAX_TAIL_BYTES = 1024 * 1024


def tail_bytes(folder: RunFolder, lines: int) -> tuple[int, bytes]:
    """Where the last `lines` lines begin, and they: at most 1 MiB."""
    start = max(tail_offset(folder.log, lines), folder.log_size() - MAX_TAIL_BYTES)
    return start, read_range(folder.log, start, MAX_TAIL_BYTES)


def log_tail(folder: RunFolder, lines: int = 500) -> list[str]:
    """The last lines as text, escape codes shown, not obeyed."""
    text = tail_bytes(folder, lines)[1].decode("utf-8", "replace")
    return [printable(line.rpartition("\r")[2]) for line in text.replace("\r\n", "\n").split("\n")]
