"""The end of a log as text."""

from __future__ import annotations

from core.execution.log_file import extent, read_log, tail_offset
from core.execution.run_folder import RunFolder
from core.logs import printable

MAX_TAIL_BYTES = 1024 * 1024


def tail_bytes(folder: RunFolder, lines: int) -> tuple[int, bytes]:
    """Where the last `lines` lines begin, and they: at most 1 MiB, none before a gap."""
    start = tail_offset(folder.log, lines, most=MAX_TAIL_BYTES)
    log = extent(folder.log)
    if start < log.gap < log.resume:
        start = log.resume
    return read_log(folder.log, start, MAX_TAIL_BYTES)


def log_tail(folder: RunFolder, lines: int = 500) -> list[str]:
    """The last lines as text, escape codes shown, not obeyed."""
    text = tail_bytes(folder, lines)[1].decode("utf-8", "replace")
    return [printable(line.rpartition("\r")[2]) for line in text.replace("\r\n", "\n").split("\n")]
