"""Runs wait for GPUs: who is next, who may not overtake, and why each waits."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from core.accounts.actor import Actor
from core.errors import Forbidden, Invalid, Unavailable
from core.execution.models import Host, Lease
from deployments.choices import DeploymentStatus
from deployments.run.state import transition as deployment_transition
from deployments.services import Launch, deployment_launch
from projects.models import Project, Run, RunPriority, RunStatus
from projects.runs import queue
from projects.runs import services as run_services
from projects.runs.repeat import run_start_with
from projects.runs.services import run_stop
from projects.runs.state import transition
from tests.conftest import client_of

pytestmark = pytest.mark.django_db


def start(user: User, project: Project, gpus: int = 1, priority: int = 0) -> Run:
    changes = {"training.num_gpus": gpus}
    return run_start_with(
        actor=Actor(user, "session"), project=project, changes=changes, priority=priority
    )


def given() -> dict[Any, list[int]]:
    """What the queue gives now: the runs that have GPUs, by id."""
    queue.queue_advance()
    return {run.id: run.gpu_ids for run in Run.objects.exclude(gpu_ids=[])}


def end(run: Run) -> None:
    run.refresh_from_db()
    transition(run, RunStatus.RUNNING, code="submitted_local")
    transition(run, RunStatus.SUCCEEDED, code="succeeded")


def test_of_two_runs_for_one_gpu_the_second_waits_and_says_why(
    alice: User, project: Project, declare: Any
) -> None:
    declare(1)
    first, second = start(alice, project), start(alice, project)
    assert given() == {first.id: [0]}
    data = client_of(alice).get(f"/api/projects/{project.id}/runs/{second.id}").json()
    assert data["status"] == "pending"
    assert data["queue"]["position"] == 1
    assert "0" in data["queue"]["why"]
    assert "1" in data["queue"]["why"]
    end(first)
    assert given()[second.id] == [0]
    data = client_of(alice).get(f"/api/projects/{project.id}/runs/{second.id}").json()
    assert data["queue"] is None
    assert second.events.filter(code="gpus_given").count() == 1


def test_the_ledger_is_one_for_runs_and_deployments(
    alice: User, project: Project, declare: Any
) -> None:
    declare(1)
    actor = Actor(alice, "session")
    run = start(alice, project)
    assert given() == {run.id: [0]}
    with pytest.raises(Unavailable):
        deployment_launch(actor=actor, launch=Launch(model_path="a/b"))
    end(run)
    deployment = deployment_launch(actor=actor, launch=Launch(model_path="a/b"))
    waiting = start(alice, project)
    assert waiting.id not in given()
    deployment_transition(deployment, DeploymentStatus.STOPPED, code="stopped")
    assert given()[waiting.id] == [0]
    assert Lease.objects.get(kind="gpu").holder_type == "run"


def test_priority_goes_before_age_and_age_before_the_rest(
    alice: User, operator: User, project: Project, declare: Any
) -> None:
    declare(1)
    holder = start(alice, project)
    given()
    low = start(alice, project, priority=RunPriority.LOW)
    normal, later = start(alice, project), start(alice, project)
    high = start(operator, project, priority=RunPriority.HIGH)
    order = [turn.run.id for turn in queue.queue_look()]
    assert order == [high.id, normal.id, later.id, low.id]
    actor = Actor(alice, "session")
    run_services.run_set_priority(actor=actor, run=later, priority=RunPriority.LOW)
    assert [turn.run.id for turn in queue.queue_look()][-1] == later.id
    end(holder)
    assert high.id in given()


def test_only_operators_put_a_run_before_others(
    alice: User, project: Project, declare: Any
) -> None:
    declare(1)
    with pytest.raises(Forbidden):
        start(alice, project, priority=RunPriority.HIGH)
    with pytest.raises(Invalid):
        start(alice, project, priority=7)
    assert not Run.objects.exists()


def test_nobody_overtakes_a_run_that_needs_many(
    alice: User, project: Project, declare: Any
) -> None:
    declare(2)
    first, large, small = (start(alice, project, gpus) for gpus in (1, 2, 1))
    assert set(given()) == {first.id}
    reasons = {turn.run.id: turn.code for turn in queue.queue_look()}
    assert reasons == {large.id: "waits_busy", small.id: "waits_turn"}
    end(first)
    assert given()[large.id] == [0, 1]


def test_a_host_too_small_for_the_first_serves_others(
    alice: User, project: Project, declare: Any
) -> None:
    declare(2)
    declare(1, "small")
    holder, large, small = (start(alice, project, gpus) for gpus in (1, 2, 1))
    found = given()
    assert large.id not in found
    small.refresh_from_db()
    holder.refresh_from_db()
    assert {holder.host, small.host} == {"small", queue.settings.PLATFORM_HOST}


def test_a_stopped_one_leaves_the_queue_and_an_ended_one_its_gpu(
    alice: User, project: Project, declare: Any
) -> None:
    declare(1)
    first, second = start(alice, project), start(alice, project)
    given()
    assert run_stop(actor=Actor(alice, "session"), run=second).status == RunStatus.STOPPED
    assert queue.queue_look() == []
    first.refresh_from_db()
    run_stop(actor=Actor(alice, "session"), run=first)
    assert not Lease.objects.exists()


def test_what_no_host_has_is_refused_at_once(alice: User, project: Project, declare: Any) -> None:
    declare(2)
    with pytest.raises(Invalid, match="num_gpus"):
        start(alice, project, 3)
    assert not Run.objects.exists()


def test_gpus_that_are_gone_are_said_to_be(alice: User, project: Project, declare: Any) -> None:
    declare(2)
    start(alice, project, 2)
    declare(1)
    assert given() == {}
    assert [turn.code for turn in queue.queue_look()] == ["waits_no_host"]


def test_a_run_on_the_cpu_never_waits(alice: User, project: Project, declare: Any) -> None:
    declare(1)
    start(alice, project)
    run = start(alice, project, 0)
    assert run.gpus_wanted == 0
    assert run.id not in [turn.run.id for turn in queue.queue_look()]


def test_others_see_that_somebody_waits_but_not_who(
    alice: User, bob: User, project: Project, declare: Any, django_assert_num_queries: Any
) -> None:
    declare(1)
    for _ in range(4):
        start(alice, project)
    given()
    mine = client_of(alice).get("/api/runs/queue").json()
    assert [row["position"] for row in mine] == [1, 2, 3]
    assert all(row["run_id"] and row["project"] == "p" and row["why"] for row in mine)
    client = client_of(bob)
    with django_assert_num_queries(7):
        others = client.get("/api/runs/queue").json()
    assert [row["run_id"] for row in others] == [None] * 3
    page = client.get("/projects/queue/").content.decode()
    assert str(project.runs.first().id)[:8] not in page


def test_a_launch_does_not_overtake_a_run_that_waits_for_more(
    alice: User, project: Project, declare: Any
) -> None:
    declare(4)
    actor = Actor(alice, "session")
    first = deployment_launch(actor=actor, launch=Launch(model_path="a/b"))
    run = start(alice, project, gpus=4)
    assert given() == {}
    with pytest.raises(Unavailable):
        deployment_launch(actor=actor, launch=Launch(model_path="a/c"))
    with pytest.raises(Unavailable):
        deployment_launch(actor=actor, launch=Launch(model_path="a/c", preferred_gpu=3))
    deployment_transition(first, DeploymentStatus.FAILED, code="exit_code", params={"code": "1"})
    assert given() == {run.id: [0, 1, 2, 3]}


def test_a_launch_overtakes_a_run_of_low_priority(
    alice: User, project: Project, declare: Any
) -> None:
    declare(2)
    actor = Actor(alice, "session")
    deployment_launch(actor=actor, launch=Launch(model_path="a/b"))
    start(alice, project, gpus=2, priority=RunPriority.LOW)
    assert deployment_launch(actor=actor, launch=Launch(model_path="a/c")).gpu_ids


def test_gpus_of_a_host_that_was_given_up_are_nobodys(
    alice: User, project: Project, declare: Any
) -> None:
    declare(1)
    declare(8, host="gone")
    start(alice, project, gpus=8)
    Host.objects.filter(name="gone").update(given_up_at=timezone.now())
    with pytest.raises(Invalid):
        start(alice, project, gpus=8)
