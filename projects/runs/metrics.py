"""Metrics lines in a run's log: progress while it goes, curves for the charts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from core.execution.log_file import iterate_lines, lines_between, places, whole_lines
from projects.models import Run
from projects.runs.paths import run_folder

MAX_POINTS = 2000
LOOKED_AT = 16 * 1024 * 1024  # of a log, for its curves: all of it, or so much all over it
INHERITED = "inherited.jsonl"
"""In a resumed run's inputs: what its parent had logged up to the checkpoint."""


def parse_metrics(line: bytes) -> dict[str, Any] | None:
    """The metrics of a line, if it is one JSON object with whole `step` and `max_steps`."""
    line = line.strip()
    if not line.startswith(b"{") or b'"step"' not in line:
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    whole = all(type(value.get(key)) is int for key in ("step", "max_steps"))
    return value if whole else None


def run_progress_update(run: Run) -> None:
    """Read what the log has gained and store step and progress with the offset, as one."""
    offset = run.metrics_offset
    latest: dict[str, Any] | None = None
    for lines, end in whole_lines(run_folder(run).log, offset):
        offset = end
        for line in lines:
            latest = parse_metrics(line) or latest
    if offset == run.metrics_offset:
        return
    changes: dict[str, Any] = {"metrics_offset": offset}
    if latest is not None:
        changes |= _progress(run, latest)
    Run.objects.filter(id=run.id, metrics_offset=run.metrics_offset).update(**changes)
    for name, value in changes.items():
        setattr(run, name, value)


def _progress(run: Run, metrics: dict[str, Any]) -> dict[str, Any]:
    step, max_steps = metrics["step"], metrics["max_steps"]
    if not (0 <= step < 2**62 and 0 < max_steps < 2**62):
        return {}
    progress = max(run.progress, min(1.0, step / max_steps))
    return {"step": step, "max_steps": max_steps, "progress": progress}


def points_of(run: Run) -> Iterator[dict[str, Any]]:
    """Metrics lines in order; of a resumed run those that it inherited come first."""
    folder = run_folder(run)
    for file in (folder.inputs / INHERITED, folder.log):
        for line in iterate_lines(file):
            if (metrics := parse_metrics(line)) is not None:
                yield _cleaned(metrics)


class Thinned:
    """Points, thinned evenly while they come: `most` at most, the first and the last among them."""

    def __init__(self, most: int) -> None:
        self.most, self.stride, self.total = most, 1, 0
        self.kept: list[dict[str, Any]] = []
        self.last: dict[str, Any] | None = None

    def add(self, point: dict[str, Any]) -> None:
        if self.total % self.stride == 0:
            self.kept.append(point)
        if len(self.kept) > self.most:
            self.kept, self.stride = self.kept[::2], self.stride * 2
        self.total, self.last = self.total + 1, point

    def points(self) -> list[dict[str, Any]]:
        if self.last is None or self.kept[-1] is self.last:
            return self.kept
        return [*self.kept[: self.most - 1], self.last]


def run_metrics(run: Run, *, max_points: int = MAX_POINTS) -> dict[str, Any]:
    """`{"points", "total"}`: metrics lines in order, thinned evenly to `max_points`.

    A file of more than LOOKED_AT is looked at in places, and its total is an estimate.
    """
    folder, found, total = run_folder(run), Thinned(max_points), 0
    for file in (folder.inputs / INHERITED, folder.log):
        before = found.total
        spans, share = places(file, LOOKED_AT)
        for start, end in spans:
            for line in lines_between(file, start, end):
                if (metrics := parse_metrics(line)) is not None:
                    found.add(metrics)
        total += round((found.total - before) / share)
    return {"points": [_cleaned(point) for point in found.points()], "total": total}


def _cleaned(metrics: dict[str, Any]) -> dict[str, Any]:
    return {key: _finite(value) for key, value in metrics.items()}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
