"""What of the platform's programs lives on this host: one pass over /proc, for whoever asks.

A program and all that it starts carry a mark in their environment; the wrapper above them is
told by its command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.execution.process_identity import start_time

MARK = b"LLM_PLATFORM_RUN_ID"
OURS = b"LLM_PLATFORM_"
WRAPPER_COMMANDS = {"start", "serve"}


@dataclass(frozen=True)
class ProcessFact:
    """One living process that is marked, or a wrapper."""

    pid: int
    key: str
    """Its mark; empty for a wrapper, which has none."""
    run_dir: str
    """Of a wrapper: the folder it owns, as it sees it."""
    places: tuple[str, ...]
    """Paths that tell whose it is: named on its command line or in its marks, or its output."""


def process_table() -> list[ProcessFact]:
    """Every marked process and every wrapper that we may look at."""
    found = (_fact(path) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [fact for fact in found if fact is not None]


def _fact(process: Path) -> ProcessFact | None:
    try:
        environment = (process / "environ").read_bytes().split(b"\0")
        words = [
            word.decode("utf-8", "replace")
            for word in (process / "cmdline").read_bytes().split(b"\0")
        ]
    except OSError:
        return None  # gone, or somebody else's
    marks = dict(entry.partition(b"=")[::2] for entry in environment if entry.startswith(OURS))
    run_dir = wrapped_folder(words)
    pid = int(process.name)
    if (MARK not in marks and not run_dir) or start_time(pid) is None:
        return None
    named = [value.decode("utf-8", "replace") for value in marks.values()]
    places = [*words, *named, _target(process / "fd" / "1"), _target(process / "cwd")]
    key = "" if run_dir else marks[MARK].decode("utf-8", "replace")
    return ProcessFact(pid, key, run_dir, tuple(one for one in places if one.startswith("/")))


def wrapped_folder(words: list[str]) -> str:
    """The run folder that a command line wraps; empty for any other program."""
    for at, word in enumerate(words[:-2]):
        if word.endswith("/control/wrapper.py") and words[at + 1] in WRAPPER_COMMANDS:
            return words[at + 2]
    return ""


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
