"""Metrics lines in a run's log: progress while it goes, curves for the charts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from core.execution.run_folder import iterate_lines, read_range
from projects.models import Run
from projects.runs.paths import run_folder

READ_BYTES = 1024 * 1024
MAX_POINTS = 2000
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
    log, offset = run_folder(run).log, run.metrics_offset
    latest: dict[str, Any] | None = None
    while chunk := read_range(log, offset, READ_BYTES):
        end = chunk.rfind(b"\n") + 1
        if not end:
            if len(chunk) < READ_BYTES:
                break
            end = len(chunk)  # one endless line: no metrics in it
        for line in chunk[:end].splitlines():
            latest = parse_metrics(line) or latest
        offset += end
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
                yield {key: _finite(value) for key, value in metrics.items()}


def run_metrics(run: Run, *, max_points: int = MAX_POINTS) -> dict[str, Any]:
    """`{"points", "total"}`: metrics lines in order, thinned evenly to `max_points`."""
    points = list(points_of(run))
    total = len(points)
    if total > max_points:
        stride = math.ceil(total / (max_points - 1))
        points = points[:-1:stride] + points[-1:]
    return {"points": points, "total": total}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
