"""Doctor names rows, processes and leases that are not as they should be, and touches none."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.execution.leases import Holder, lease_take
from core.execution.models import LeaseKind
from core.execution.process_identity import identity
from datasets.deid_jobs.state import run_folder as job_folder
from deployments.models import DeploymentEvent
from projects.models import RunEvent
from projects.runs.paths import run_folder
from tests.platform_site.conftest import LONG, Plant, begin, dead


def test_it_finds_nothing_where_all_is_well(doctor: Any, plant: Plant) -> None:
    run = plant.run(who=identity(), status="running")
    plant.process(mark=str(run.id))
    plant.deployment()
    assert doctor(status=0) == {}


def test_a_process_that_is_gone(doctor: Any, plant: Plant) -> None:
    run = plant.run(who=dead(), status="running")
    found = doctor()["process_gone"]
    assert found["subject"] == f"run {run.id}" and found["severity"] == "error"
    assert "agent" in found["mend"] and found["since"] == run.submitted_at.isoformat()


def test_an_end_that_was_not_told(doctor: Any, plant: Plant) -> None:
    run = plant.run(who=dead(), status="running")
    ended = timezone.now().timestamp() - 120
    result = {"returncode": 3, "started_at": ended - 1, "finished_at": ended}
    (run_folder(run).control / "rc").write_text(json.dumps(result))
    found = doctor()
    assert set(found) == {"end_not_told"} and "3" in found["end_not_told"]["what"]


def test_one_that_was_handed_over_and_never_began(doctor: Any, plant: Plant) -> None:
    run = plant.run(submitted_at=timezone.now() - LONG, executor="local")
    run_folder(run).create()
    assert set(doctor()) == {"never_began"}


def test_one_whose_folder_is_missing(doctor: Any, plant: Plant) -> None:
    run = plant.run(submitted_at=timezone.now(), executor="local", status="running")
    assert str(run_folder(run).root) in doctor()["folder_missing"]["what"]


@pytest.mark.parametrize("status", ["succeeded", "failed", "stopped"])
def test_processes_that_an_ended_run_has_left(doctor: Any, plant: Plant, status: str) -> None:
    run = plant.run(status=status, finished_at=timezone.now())
    pid = plant.process(mark=str(run.id))
    found = doctor()
    assert set(found) == {"left_over"}
    assert found["left_over"]["mend"].startswith(f"End them: kill -9 {pid}")


def test_processes_of_an_earlier_attempt(doctor: Any, plant: Plant) -> None:
    made = plant.deployment(attempt=2)
    plant.process(mark=f"{made.id}-2")
    assert doctor(status=0) == {}
    plant.process(mark=f"{made.id}-1")
    assert set(doctor()) == {"left_over"}


def test_processes_whose_row_is_gone(doctor: Any, plant: Plant, settings: Any) -> None:
    folder = Path(settings.HOST_TRAINING_DIR) / "runs"
    folder.mkdir()
    gone = str(uuid4())
    plant.process(mark=gone, cwd=folder)
    found = doctor()
    assert set(found) == {"orphan"} and found["orphan"]["subject"] == gone


def test_another_platforms_processes_are_none_of_ours(doctor: Any, plant: Plant) -> None:
    plant.process(mark=str(uuid4()))
    assert doctor(status=0) == {}


def test_a_run_that_has_two_wrappers(doctor: Any, plant: Plant) -> None:
    run = plant.run(who=identity(), status="running")
    root = str(run_folder(run).root)
    plant.process(f"{root}/control/wrapper.py", "start", root)
    assert doctor(status=0) == {}
    plant.process(f"{root}/control/wrapper.py", "start", root)
    found = doctor()
    assert set(found) == {"doubled"} and found["doubled"]["subject"] == f"run {run.id}"


def test_one_that_nobody_starts(doctor: Any, plant: Plant) -> None:
    plant.old(plant.run())
    assert set(doctor()) == {"not_launched"}


def test_those_that_rightly_wait(doctor: Any, plant: Plant) -> None:
    plant.old(plant.run(host="", gpus_wanted=2))
    source = plant.upload()
    plant.old(plant.deployment(submitted_at=None), next_launch_at=timezone.now())
    working = plant.job(source, status="running", submitted_at=timezone.now())
    plant.old(plant.job(source))
    found = doctor()
    assert set(found) == {"folder_missing", "upload_missing"}  # of the job that works
    assert str(working.id) in found["folder_missing"]["subject"]


def test_one_that_was_taken_by_a_process_that_died(doctor: Any, plant: Plant) -> None:
    who = {"host": plant.host, **dead()}
    plant.run(claimed_at=timezone.now() - LONG, claimed_by=who)
    assert str(who["pid"]) in doctor()["claim_of_the_dead"]["what"]


def test_one_that_is_taken_for_too_long(doctor: Any, plant: Plant) -> None:
    who = {"host": plant.host, **identity()}
    plant.run(claimed_at=timezone.now() - LONG, claimed_by=who)
    assert set(doctor()) == {"claim_too_long"}


def test_a_stop_that_is_not_obeyed(doctor: Any, plant: Plant) -> None:
    plant.run(who=identity(), status="running", stop_requested_at=timezone.now() - LONG)
    assert set(doctor()) == {"stop_not_obeyed"}


def test_an_engine_that_stops_slowly_is_told_apart(doctor: Any, plant: Plant) -> None:
    asked = timezone.now() - LONG
    made = plant.deployment(status="stopping", stop_requested_at=asked)
    assert doctor()["stops_slowly"]["severity"] == "warning"
    plant.old(made, force_requested_at=asked)
    assert set(doctor()) == {"stop_not_obeyed"}


def test_engines_that_are_not_asked_or_do_not_answer(doctor: Any, plant: Plant) -> None:
    plant.deployment(health_at=timezone.now() - LONG)
    plant.deployment(port=9001, health_ok=False, health_failures=100)
    plant.deployment(port=9002, status="starting", submitted_at=timezone.now() - 3 * LONG)
    assert set(doctor()) == {"health_not_asked", "unhealthy", "starts_slowly"}


def test_a_lease_without_a_holder_and_a_holder_without_one(doctor: Any, plant: Plant) -> None:
    ended = plant.run(status="failed")
    lease_take(Holder("run", ended.id), plant.host, LeaseKind.GPU, ["3"])
    using = plant.run(who=identity(), status="running", gpu_ids=[4])
    found = doctor()
    assert set(found) == {"lease_without_holder", "holder_without_lease"}
    assert found["lease_without_holder"]["subject"] == f"{plant.host} gpu 3"
    assert found["holder_without_lease"]["subject"] == f"run {using.id}"
    mend = found["lease_without_holder"]["mend"].partition("shell -c '")[2].removesuffix("'")
    call_command("shell", command=mend, verbosity=0)
    assert set(doctor()) == {"holder_without_lease"}


def test_two_that_use_the_same(doctor: Any, plant: Plant) -> None:
    first, second = plant.deployment(), plant.deployment(port=9001)
    plant.old(second, port=9000)
    found = doctor()
    assert all(str(one.id) in found["two_holders"]["what"] for one in (first, second))


def test_lines_that_are_not_in_the_log(doctor: Any, plant: Plant) -> None:
    late = timezone.now() - timedelta(minutes=5)
    run = plant.run(who=identity(), status="running")
    RunEvent.objects.create(run=run, code="created", timestamp=late)
    unprepared = plant.run(status="stopped")
    RunEvent.objects.create(run=unprepared, code="created", timestamp=late)
    assert doctor()["events_unwritten"]["subject"] == f"run {run.id}"
    RunEvent.objects.all().delete()
    made = plant.deployment()
    DeploymentEvent.objects.create(deployment=made, code="created", timestamp=late)
    assert doctor()["events_unwritten"]["subject"] == f"deployment {made.id}"


def test_a_job_whose_process_is_gone(doctor: Any, plant: Plant) -> None:
    job = plant.job(plant.upload(), status="running", submitted_at=timezone.now())
    begin(job_folder(job), dead())
    assert doctor()["process_gone"]["subject"] == f"job {job.id}"


def test_a_row_that_says_that_it_is_in_trouble(doctor: Any, plant: Plant) -> None:
    run = plant.run(who=identity(), status="running", trouble_count=1)
    assert doctor(status=0) == {}
    plant.old(run, trouble_count=4, notice_code="trouble", notice_params={"why": "boom"})
    found = doctor()["in_trouble"]
    assert found["severity"] == "warning" and "boom" in found["what"]


def test_a_row_of_an_executor_that_nobody_knows(doctor: Any, plant: Plant) -> None:
    plant.run(who=identity(), status="running", executor="no-such")
    assert "no-such" in doctor()["process_unknown"]["what"]
