"""Metrics lines in a run's log: progress while it goes, curves for the charts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

from core.execution.log_file import extent, lines_between, places, read_log, whole_lines
from projects.models import Run
from projects.runs.paths import run_folder
from projects.runs.state import event_add
from projects.runs.thinning import Thinned
from training.scripts.trainer.strict_json import SIGN, loads, signed

MAX_LINE = 16 * 1024
"""Longer lines are something else."""
MAX_POINTS = 2000
MAX_READERS = 32
MAX_KEPT = 4 * 1024 * 1024
LOOKED_AT = 16 * 1024 * 1024  # of a log, for its curves: all of it, or so much all over it
INHERITED = "inherited.jsonl"
"""In a resumed run's inputs: what its parent had logged up to the checkpoint."""
NOT_FINITE = "loss_not_finite"


def parse_metrics(line: bytes) -> dict[str, Any] | None:
    """The metrics of a line, if it is one JSON object with whole `step` and `max_steps`.

    As strict JSON can have them: what was not finite is None and named in `nonfinite`.
    """
    line = line.strip()
    if not line.startswith(b"{") or b'"step"' not in line or len(line) > MAX_LINE:
        return None
    try:
        value = loads(line)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    whole = all(type(value.get(key)) is int for key in ("step", "max_steps"))
    return signed(value) if whole else None


def run_progress_update(run: Run) -> None:
    """Read what the log has gained and store step and progress with the offset, as one."""
    offset = run.metrics_offset
    latest: dict[str, Any] | None = None
    diverged: dict[str, Any] | None = None
    for lines, end in whole_lines(run_folder(run).log, offset):
        offset = end
        for line in lines:
            if (metrics := parse_metrics(line)) is not None:
                latest = metrics
                diverged = diverged or (metrics if _has_lost(metrics) else None)
    if offset == run.metrics_offset:
        return
    changes: dict[str, Any] = {"metrics_offset": offset}
    if latest is not None:
        changes |= _progress(run, latest)
    if diverged is not None and not has_diverged(run):
        event_add(run, code=NOT_FINITE, params={"step": diverged["step"]}, level="warning")
    Run.objects.filter(id=run.id, metrics_offset=run.metrics_offset).update(**changes)
    for name, value in changes.items():
        setattr(run, name, value)


def _has_lost(metrics: dict[str, Any]) -> bool:
    names = metrics.get(SIGN)
    return isinstance(names, list) and "loss" in names


def has_diverged(run: Run) -> bool:
    """Whether a metrics line had a loss that was no finite number."""
    return bool(run.events.filter(code=NOT_FINITE).exists())


def _progress(run: Run, metrics: dict[str, Any]) -> dict[str, Any]:
    step, max_steps = metrics["step"], metrics["max_steps"]
    if not (0 <= step < 2**62 and 0 < max_steps < 2**62):
        return {}
    progress = max(run.progress, min(1.0, step / max_steps))
    return {"step": step, "max_steps": max_steps, "progress": progress}


def _files(run: Run) -> tuple[Path, Path]:
    """Of a resumed run what it inherited comes first."""
    folder = run_folder(run)
    return folder.inputs / INHERITED, folder.log


def points_of(run: Run) -> Iterator[dict[str, Any]]:
    """Metrics lines in order."""
    for file in _files(run):
        for lines, _end in whole_lines(file, 0):
            for line in lines:
                if (metrics := parse_metrics(line)) is not None:
                    yield metrics


def run_metrics(run: Run, *, max_points: int = MAX_POINTS) -> dict[str, Any]:
    """`{"points", "total"}`: metrics lines in order, thinned evenly to `max_points`.

    However long the log is, the memory is that of the points, and what has been read is not read
    again. A file of more than LOOKED_AT is looked at in places, and its total is an estimate.
    """
    log = run_folder(run).log
    if extent(log).size > LOOKED_AT:
        lines, total = _lines_in_places(run)
    else:
        reader = readers.of(run.id)
        with reader.lock:
            reader.follow(_files(run))
            lines, total = reader.thinned.lines(), reader.thinned.total
            rest = read_log(log, reader.offset(log), MAX_LINE)[1]
        readers.settle(run.id, reader)
        if parse_metrics(rest) is not None:  # whole, though its end is not there yet
            lines, total = [*lines, rest], total + 1
    few = Thinned(max_points)
    for line in lines:
        few.add(line, parse_metrics(line) or {})
    points = [point for line in few.lines() if (point := parse_metrics(line)) is not None]
    return {"points": points, "total": total}


def _lines_in_places(run: Run) -> tuple[list[bytes], int]:
    """Metrics lines from all over long files, and about how many there are."""
    found, total = Thinned(MAX_POINTS), 0
    for file in _files(run):
        before = found.total
        spans, share = places(file, LOOKED_AT)
        for start, end in spans:
            for line in lines_between(file, start, end):
                if (point := parse_metrics(line)) is not None:
                    found.add(line.strip(), point)
        total += round((found.total - before) / share)
    return found.lines(), total


@dataclass
class Reader:
    """How far the files of a run have been read, and what is kept of them."""

    offsets: dict[Path, tuple[int, int]] = field(default_factory=dict)  # inode and bytes read
    thinned: Thinned = field(default_factory=lambda: Thinned(MAX_POINTS))
    lock: Lock = field(default_factory=Lock)

    def follow(self, files: tuple[Path, ...]) -> None:
        """Take in what they have gained; all anew where one is another or has become shorter."""
        if any(self._is_other(file) for file in files):
            self.offsets, self.thinned = {}, Thinned(MAX_POINTS)
        for file in files:
            inode, offset = self.offsets.get(file) or (_inode_and_size(file)[0], 0)
            for lines, end in whole_lines(file, offset):
                offset = end
                for line in lines:
                    if (point := parse_metrics(line)) is not None:
                        self.thinned.add(line.strip(), point)
            self.offsets[file] = (inode, offset)

    def offset(self, file: Path) -> int:
        return self.offsets.get(file, (0, 0))[1]

    def _is_other(self, file: Path) -> bool:
        inode, size = _inode_and_size(file)
        known, offset = self.offsets.get(file, (inode, 0))
        return inode != known or size < offset


def _inode_and_size(file: Path) -> tuple[int, int]:
    """Zeros where there is no such file."""
    try:
        facts = file.stat(follow_symlinks=False)
    except OSError:
        return 0, 0
    return facts.st_ino, facts.st_size


class Readers:
    """Those of the runs that were looked at last; each process has its own."""

    def __init__(self) -> None:
        self._kept: OrderedDict[UUID, Reader] = OrderedDict()
        self._lock = Lock()

    def of(self, run_id: UUID) -> Reader:
        with self._lock:
            reader = self._kept.setdefault(run_id, Reader())
            self._kept.move_to_end(run_id)
            while len(self._kept) > MAX_READERS:
                self._kept.popitem(last=False)
            return reader

    def settle(self, run_id: UUID, reader: Reader) -> None:
        """Lines of unusual length are read again rather than kept."""
        if reader.thinned.size > MAX_KEPT:
            with self._lock:
                self._kept.pop(run_id, None)


readers = Readers()
