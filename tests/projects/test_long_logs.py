"""Runs that print without end: curves, progress, files and answers over what is left of a log."""

from __future__ import annotations

import hashlib
import json
import os
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from core.accounts.actor import Actor
from core.execution import log_file
from core.execution.log_file import extent
from core.execution.log_text import log_tail
from projects.models import Project, Run, RunStatus
from projects.runs import artifacts, metrics
from projects.runs.paths import run_folder
from projects.runs.services import run_start
from projects.runs.state import transition
from tests.conftest import client_of
from tests.support.wrapped import bound_once

pytestmark = pytest.mark.django_db
BOUND = 512 * 1024


@pytest.fixture
def run(alice: User, project: Project) -> Run:
    return run_start(actor=Actor(alice, "session"), project=project)


@pytest.fixture
def client(alice: User) -> Client:
    return client_of(alice)


def path_of(run: Run) -> str:
    return f"/api/projects/{run.project_id}/runs/{run.id}"


def point(step: int, most: int, **more: Any) -> bytes:
    return json.dumps({"step": step, "max_steps": most, **more}).encode() + b"\n"


def log_steps(run: Run, steps: range, *, most: int, noise: int = 0) -> None:
    with run_folder(run).log.open("ab") as log:
        for step in steps:
            log.write(b"." * noise + b"\n" * bool(noise) + point(step, most))


def test_the_bound_is_the_operators(run: Run, settings: Any) -> None:
    settings.RUN_LOG_MAX_BYTES = 5_000_000
    assert run_folder(run).log_bytes == 5_000_000


def test_progress_goes_on_behind_what_was_dropped(run: Run) -> None:
    log_steps(run, range(1, 2000), most=30_000)
    metrics.run_progress_update(run)
    assert run.step == 1999
    log_steps(run, range(2000, 30_001), most=30_000)
    bound_once(run_folder(run).log, BOUND)
    assert extent(run_folder(run).log).resume > run.metrics_offset > extent(run_folder(run).log).gap
    metrics.run_progress_update(run)
    assert (run.step, run.progress) == (30_000, 1.0)
    assert run.metrics_offset == run_folder(run).log_size()


def test_progress_is_read_up_to_now_and_no_further(run: Run, monkeypatch: Any) -> None:
    """A script that writes faster than we read does not keep us for ever."""
    log_steps(run, range(1, 50), most=100)
    log = run_folder(run).log
    size = log.stat().st_size
    monkeypatch.setattr(log_file, "CHUNK", 100)
    real = log_file.read_log

    def growing(path: Path, offset: int, limit: int) -> tuple[int, bytes]:
        with log.open("ab") as file:
            file.write(point(50, 100) * 10)
        return real(path, offset, limit)

    monkeypatch.setattr(log_file, "read_log", growing)
    metrics.run_progress_update(run)
    assert size <= run.metrics_offset < size + 100


def test_a_log_cut_shorter_is_read_on_from_its_end(run: Run) -> None:
    log_steps(run, range(1, 500), most=1000)
    metrics.run_progress_update(run)
    os.truncate(run_folder(run).log, 1000)
    metrics.run_progress_update(run)
    log_steps(run, range(500, 501), most=1000)
    metrics.run_progress_update(run)
    assert run.step == 500


@pytest.mark.parametrize("total", [1, 2, 499, 500, 501, 999, 1000, 1001, 4321])
def test_curves_are_thinned_evenly_with_both_ends(run: Run, total: int) -> None:
    log_steps(run, range(1, total + 1), most=total)
    found = metrics.run_metrics(run, max_points=500)
    steps = [one["step"] for one in found["points"]]
    assert found["total"] == total
    assert min(total, 250) <= len(steps) <= 500
    assert (steps[0], steps[-1]) == (1, total)
    apart = {later - earlier for earlier, later in pairwise(steps[:-1])}
    assert len(apart) <= 1


def test_curves_of_a_very_long_log_cost_a_part_of_it(run: Run, client: Client) -> None:
    """All over it, from its first to its last line; the number of lines is an estimate."""
    steps = 60_000
    log_steps(run, range(1, steps + 1), most=steps, noise=1000)
    assert run_folder(run).log_size() > 3 * metrics.LOOKED_AT
    started = time.process_time()
    found = client.get(f"{path_of(run)}/metrics").json()
    assert time.process_time() - started < 2.0
    assert found["total"] == pytest.approx(steps, rel=0.05)
    seen = [one["step"] for one in found["points"]]
    assert (seen[0], seen[-1]) == (1, steps)
    assert max(later - earlier for earlier, later in pairwise(seen)) < steps / 20


def test_a_log_that_lost_its_middle_is_answered_everywhere(run: Run, client: Client) -> None:
    log_steps(run, range(1, 30_001), most=30_000)
    log = run_folder(run).log
    bound_once(log, BOUND)
    transition(run, RunStatus.STOPPED, code="stopped")
    raw, there = log.read_bytes(), extent(log)
    kept = raw[: there.gap] + raw[there.resume :]
    assert b"".join(client.get(f"{path_of(run)}/log")) == kept
    assert b"".join(client.get(f"{path_of(run)}/artifacts/run.log")) == kept
    artifacts.artifacts_index(run)
    listed = {one["path"]: one for one in client.get(f"{path_of(run)}/artifacts").json()}
    assert listed["run.log"]["size"] == len(kept)
    assert listed["run.log"]["sha256"] == hashlib.sha256(kept).hexdigest()
    entries = client.get(path_of(run)).json()["logs"]
    assert len(entries) == 200
    assert any('"step": 30000' in entry["message"] for entry in entries[-5:])
    curve = client.get(f"{path_of(run)}/metrics").json()["points"]
    assert (curve[0]["step"], curve[-1]["step"]) == (1, 30_000)
    assert "\\x00" not in "".join(log_tail(run_folder(run), 100_000))
    assert client.get(f"/projects/{run.project_id}/runs/{run.id}/").status_code == 200
