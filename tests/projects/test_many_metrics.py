"""Metrics of a log of any length: few points in little memory, and nothing is read twice."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from core.accounts.actor import Actor
from core.execution import log_file
from projects.models import Project, Run
from projects.runs import metrics
from projects.runs.compare import MAX_POINTS as COMPARED
from projects.runs.compare import curves
from projects.runs.metrics import MAX_POINTS, readers, run_metrics, run_progress_update
from projects.runs.paths import run_folder
from projects.runs.services import run_start
from projects.runs.thinning import Thinned


@pytest.fixture
def run(alice: User, project: Project) -> Run:
    return run_start(actor=Actor(alice, "session"), project=project)


def line_of(step: int, **more: Any) -> str:
    return json.dumps({"step": step, "max_steps": 10**6, "loss": 1.0, **more}) + "\n"


def add_lines(run: Run, *lines: str) -> None:
    with run_folder(run).log.open("a") as log:
        log.writelines(lines)


def offsets_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Where the log is read from now on."""
    asked: list[int] = []
    read = log_file.read_log

    def noted(path: Path, offset: int, limit: int) -> tuple[int, bytes]:
        asked.append(offset)
        return read(path, offset, limit)

    for module in (log_file, metrics):
        monkeypatch.setattr(module, "read_log", noted)
    return asked


@pytest.mark.parametrize("limit", [5, 100, MAX_POINTS])
def test_of_a_million_lines_few_are_held_with_ends_and_extremes(limit: int) -> None:
    thinned = Thinned(limit)
    chance = random.Random(7)
    count = 1_000_000 if limit == 100 else 50_000
    low, high = sorted(chance.sample(range(1, count - 1), 2))
    for step in range(count):
        loss = {low: -5.0, high: 9.0}.get(step, 1.0)
        thinned.add(b"%d" % step, {"step": step, "loss": loss, "odd": "x"})
        if step % 10_000 == 0:
            assert len(thinned.lines()) <= max(limit, 6)
    steps = [int(line) for line in thinned.lines()]
    assert steps == sorted(set(steps))
    assert thinned.total == count
    assert limit / 3 < len(steps) <= max(limit, 6)
    assert {steps[0], steps[-1]} == {0, count - 1}
    if limit >= 100:
        assert {low, high} <= set(steps)
        gaps = [after - before for before, after in pairwise(steps)]
        assert max(gaps) < 8 * count / limit


def test_few_evaluations_among_many_steps_are_kept() -> None:
    thinned = Thinned(500)
    for step in range(20_000):
        thinned.add(b"%d" % step, {"step": step, "event": "eval" if step % 1000 == 7 else None})
    assert set(range(7, 20_000, 1000)) <= {int(line) for line in thinned.lines()}


def test_a_long_log_is_thinned_and_read_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    total = 3 * MAX_POINTS
    add_lines(run, *(f"words\n{line_of(step)}" for step in range(1, total + 1)))
    add_lines(run, "x" * (log_file.CHUNK + 10) + "\n", line_of(total + 1, loss=0.25))
    found = run_metrics(run)
    assert found["total"] == total + 1
    assert len(found["points"]) <= MAX_POINTS
    assert found["points"][-1]["loss"] == 0.25
    add_lines(run, line_of(total + 2), line_of(total + 3)[:-1])  # a last line without its end
    asked = offsets_read(monkeypatch)
    assert run_metrics(run)["points"][-1]["step"] == total + 3
    assert min(offset for offset in asked if offset) > total * 40  # only what is new
    add_lines(run, "\n", line_of(total + 4))
    found = run_metrics(run)
    assert (found["total"], found["points"][-1]["step"]) == (total + 4, total + 4)
    (lines,) = curves([run])["loss"]
    assert len(lines) <= COMPARED
    assert [value for _step, value in lines if value < 1] == [0.25]


def test_a_log_that_is_another_is_read_anew(run: Run) -> None:
    add_lines(run, *map(line_of, (1, 2, 3)))
    assert run_metrics(run)["total"] == 3
    log = run_folder(run).log
    log.write_text(line_of(8))
    assert [point["step"] for point in run_metrics(run)["points"]] == [8]
    log.unlink()
    assert run_metrics(run) == {"points": [], "total": 0}
    log.write_text(line_of(9) * 2)
    assert run_metrics(run)["total"] == 2


def test_lines_of_unusual_length_are_not_kept_in_memory(run: Run) -> None:
    add_lines(run, *(line_of(step, note="x" * 15_000) for step in range(500)))
    assert run_metrics(run)["total"] == 500
    assert not readers.of(run.id).offsets
    add_lines(run, line_of(500, note="x" * 20_000))  # no metrics line any more
    assert run_metrics(run)["total"] == 500


def test_progress_is_read_from_where_it_was(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    add_lines(run, *map(line_of, range(1, 1000)))
    run_progress_update(run)
    size = run_folder(run).log_size()
    assert (run.step, run.metrics_offset) == (999, size)
    asked = offsets_read(monkeypatch)
    run_progress_update(Run.objects.get(id=run.id))
    assert asked == [size]
