"""What may go wrong around a launch, a stop and a sweep, with real wrappers and real folders."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.accounts.actor import Actor
from core.execution import registry
from core.execution.claims import claim
from core.execution.executor import ExecutorError, Handle, Spec
from core.execution.local import LocalExecutor
from core.execution.models import Host, Lease
from core.execution.process_identity import marked_processes
from deployments.models import Deployment
from deployments.run import lifecycle as deployments
from deployments.services import Launch, deployment_launch, deployment_stop
from platform_site.hosts import host_round
from projects.models import Project, Run, RunStatus
from projects.runs.lifecycle import MACHINE, run_launch, run_sweep
from projects.runs.paths import run_folder
from projects.runs.services import run_start, run_stop
from projects.services import project_create
from tests.conftest import client_of

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = 'echo begun; for i in $(seq 1 "${TURNS:-600}"); do sleep 0.1; done; echo lived on\n'


@pytest.fixture
def project(alice: User, settings: Any) -> Project:
    """alice's, with a script that runs for a minute."""
    settings.TRAINING_EXECUTOR, settings.RUN_STOP_GRACE = "local", 1.0
    root = Path(settings.HOST_TRAINING_DIR)
    for name in ("datasets", "configs", "scripts"):
        (root / name).mkdir()
    (root / "datasets" / "d.jsonl").write_text('{"prompt": "a", "completion": "b"}\n')
    (root / "configs" / "c.yaml").write_text("job: {type: sft}\nmodel: {base: tiny}\n")
    (root / "scripts" / "run_train_full_sft.sh").write_text(SCRIPT)
    return project_create(
        actor=Actor(alice, "session"), name="p", dataset_name="d.jsonl", training_yaml_name="c.yaml"
    )


@pytest.fixture
def start(alice: User, project: Project) -> Iterator[Callable[[], Run]]:
    """Makes runs; whatever of them still lives at the end is killed."""
    made: list[Run] = []

    def one() -> Run:
        made.append(run_start(actor=Actor(alice, "session"), project=project))
        return made[-1]

    yield one
    for run in made:
        for pid in marked_processes(str(run.id)):
            with suppress(ProcessLookupError):  # it may end by itself at this moment
                os.kill(pid, 9)


@pytest.fixture
def actor(alice: User) -> Actor:
    return Actor(alice, "session")


def settle(run: Run, seconds: float = 20.0) -> Run:
    """Sweeps until it has ended."""
    end = time.monotonic() + seconds
    while run.is_active and time.monotonic() < end:
        MACHINE.sweep()
        time.sleep(0.1)
        run.refresh_from_db()
    return run


def begins(run: Run) -> None:
    end = time.monotonic() + 20
    while "begun" not in run_folder(run).log.read_text():
        assert time.monotonic() < end, run_folder(run).log.read_text()
        time.sleep(0.05)


class AnswersLate(LocalExecutor):
    """An engine that does what it was told, and whose answer does not arrive."""

    begins = True

    def start(self, spec: Spec, handle: Handle) -> None:
        if self.begins:
            super().start(spec, handle)
            end = time.monotonic() + 10
            while spec.folder.claim() is None and time.monotonic() < end:
                time.sleep(0.05)
        raise ExecutorError("engine_unreachable", why="read timed out")


class ActsLate(AnswersLate):
    """One that has not even begun when the caller gives up."""

    begins = False


def test_what_began_though_its_start_failed_is_watched(
    start: Callable[[], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.EXECUTORS, "local", AnswersLate())
    run = start()
    run_launch(run.id)
    begins(run)
    run.refresh_from_db()
    MACHINE.reconcile(run.id)
    run.refresh_from_db()
    assert run.status == RunStatus.RUNNING
    assert marked_processes(str(run.id))


def test_what_begins_after_its_start_failed_does_nothing(
    start: Callable[[], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.EXECUTORS, "local", ActsLate())
    run = start()
    run_launch(run.id)
    run.refresh_from_db()
    assert (run.status, run.reason_code) == (RunStatus.FAILED, "engine_unreachable")
    LocalExecutor()._wrapper("start", run_folder(run))  # now the engine gets round to it
    time.sleep(0.5)
    assert marked_processes(str(run.id)) == []
    assert "begun" not in run_folder(run).log.read_text()


def test_a_stop_finds_a_claim_that_was_made_meanwhile(
    start: Callable[[], Run], actor: Actor
) -> None:
    """The service has read the row before a worker claims it, and acts after that."""
    run = start()
    seen = Run.objects.get(id=run.id)
    taken = MACHINE._take(run.id)
    assert taken is not None
    run_stop(actor=actor, run=seen)
    run.refresh_from_db()
    assert run.status == RunStatus.PENDING, "its claimer may be starting it right now"
    MACHINE._start(taken)
    settle(run)
    assert run.status == RunStatus.STOPPED
    assert marked_processes(str(run.id)) == []
    assert "lived on" not in run_folder(run).log.read_text()


def test_a_claim_finds_a_stop_that_was_made_meanwhile(
    start: Callable[[], Run], actor: Actor
) -> None:
    run = start()
    seen = Run.objects.get(id=run.id)
    run_stop(actor=actor, run=Run.objects.get(id=run.id))
    assert not claim(seen, status=RunStatus.PENDING)
    run.refresh_from_db()
    assert (run.status, run.reason_code) == (RunStatus.STOPPED, "stopped_before_start")


def test_a_stopped_run_whose_claimer_died_ends(start: Callable[[], Run], actor: Actor) -> None:
    run = start()
    dead = {"host": run.host, "boot_id": "x", "pid": 1, "start_time": 1}
    long_ago = timezone.now() - timedelta(hours=1)
    Run.objects.filter(id=run.id).update(claimed_at=long_ago, claimed_by=dead)
    run_stop(actor=actor, run=Run.objects.get(id=run.id))
    settle(run)
    assert (run.status, run.reason_code) == (RunStatus.STOPPED, "stopped_before_start")


def test_a_claim_is_handed_back_on_a_strange_error(
    start: Callable[[], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Strange(LocalExecutor):
        def place(self, spec: Spec) -> Handle:
            raise KeyError("strange")

    monkeypatch.setitem(registry.EXECUTORS, "local", Strange())
    run = start()
    with pytest.raises(KeyError):
        run_launch(run.id)
    run.refresh_from_db()
    assert run.claimed_at is None
    assert run.status == RunStatus.PENDING
    monkeypatch.undo()
    run_launch(run.id)
    begins(run)


def test_what_was_asked_for_before_the_clock_jumped_back_is_started(
    start: Callable[[], Run],
) -> None:
    """The queue holds its task back until the clock is there again."""
    run = start()
    ahead = timezone.now() + timedelta(hours=2)
    Run.objects.filter(id=run.id).update(created_at=ahead, updated_at=ahead)
    run_sweep()
    begins(run)


def test_one_in_trouble_delays_no_other_and_says_so(
    start: Callable[[], Run], settings: Any, alice: User
) -> None:
    broken, healthy = start(), start()
    for run in (broken, healthy):
        run_launch(run.id)
        begins(run)
    Run.objects.filter(id=broken.id).update(executor="no-such-executor")
    MACHINE.sweep()
    broken.refresh_from_db()
    healthy.refresh_from_db()
    assert healthy.status == RunStatus.RUNNING
    assert broken.trouble_count == 1
    assert "no-such-executor" in broken.notice
    shown = client_of(alice).get(f"/api/projects/{broken.project_id}/runs/{broken.id}").json()
    assert "no-such-executor" in str(shown)
    MACHINE.sweep()
    broken.refresh_from_db()
    assert broken.trouble_count == 1, "it is left alone for a while"
    Run.objects.filter(id=broken.id).update(executor="local", retry_at=timezone.now())
    MACHINE.sweep()
    broken.refresh_from_db()
    assert (broken.trouble_count, broken.notice) == (0, "")


def test_a_folder_that_was_tidied_away_ends_its_run_and_no_other(
    start: Callable[[], Run], actor: Actor
) -> None:
    tidied, healthy = start(), start()
    for run in (tidied, healthy):
        run_launch(run.id)
        begins(run)
    shutil.rmtree(run_folder(tidied).root)
    run_stop(actor=actor, run=tidied)
    settle(tidied)
    healthy.refresh_from_db()
    assert tidied.status == RunStatus.STOPPED
    assert marked_processes(str(tidied.id)) == []
    assert healthy.status == RunStatus.RUNNING


def test_a_mount_that_is_away_ends_nothing(start: Callable[[], Run], settings: Any) -> None:
    run = start()
    run_launch(run.id)
    begins(run)
    runs = run_folder(run).root.parent
    runs.rename(runs.parent / "away")
    MACHINE.sweep()
    run.refresh_from_db()
    assert run.is_active
    assert run.trouble_count == 1
    (runs.parent / "away").rename(runs)
    Run.objects.filter(id=run.id).update(retry_at=None)
    MACHINE.sweep()
    run.refresh_from_db()
    assert run.status == RunStatus.RUNNING


def test_a_deployment_without_a_folder_is_no_error_of_the_list(alice: User, actor: Actor) -> None:
    made = deployment_launch(actor=actor, launch=Launch(model_path="a/b"))
    Deployment.objects.filter(id=made.id).update(submitted_at=timezone.now(), executor="local")
    deployment_stop(actor=actor, deployment=Deployment.objects.get(id=made.id))
    deployments.MACHINE.sweep()
    answer = client_of(alice).get("/api/v1/deployments")
    assert answer.status_code == 200
    made.refresh_from_db()
    assert made.status == "stopped"
    assert not Lease.objects.filter(holder_id=made.id).exists()


def test_a_folder_that_is_gone_with_its_host_ends_its_run(
    start: Callable[[], Run], settings: Any
) -> None:
    """After a restore to another machine, say."""
    run = start()
    handle = {"boot_id": "another", "executor": "local"}
    Run.objects.filter(id=run.id).update(
        status="running", submitted_at=timezone.now(), executor="local", handle=handle,
        host=settings.PLATFORM_HOST,
    )  # fmt: skip
    shutil.rmtree(run_folder(run).root.parent)
    MACHINE.sweep()
    run.refresh_from_db()
    assert (run.status, run.reason_code) == ("failed", "host_restarted")


@pytest.fixture
def gone(settings: Any) -> Host:
    """A host that has been silent for a month, with one GPU."""
    long_ago = timezone.now() - timedelta(days=30)
    gpus = [{"index": 0, "memory_total": 80 * 2**30}]
    return Host.objects.create(name="gone", gpus=gpus, seen_at=long_ago)


def test_a_host_that_is_gone_is_given_up(
    start: Callable[[], Run], gone: Host, actor: Actor, operator: User, settings: Any
) -> None:
    run = start()
    engine = deployment_launch(actor=actor, launch=Launch(model_path="a/b"))
    on_it = {"host": "gone", "submitted_at": timezone.now(), "executor": "local"}
    Run.objects.filter(id=run.id).update(status="running", gpu_ids=[0], **on_it)
    Deployment.objects.filter(id=engine.id).update(**on_it)
    Lease.objects.update(host="gone")
    Lease.objects.create(host="gone", kind="gpu", value="0", holder_type="run", holder_id=run.id)
    call_command("give_up_host", "gone")
    run.refresh_from_db()
    engine.refresh_from_db()
    assert (run.status, run.reason_code) == ("failed", "host_given_up")
    assert (engine.status, engine.reason_code) == ("failed", "host_given_up")
    assert not Lease.objects.exists()
    assert run.events.filter(code="host_given_up").count() == 1


def test_only_a_silent_host_is_given_up_and_only_by_operators(
    gone: Host, alice: User, operator: User
) -> None:
    Host.objects.filter(name="gone").update(seen_at=timezone.now())
    with pytest.raises(CommandError):
        call_command("give_up_host", "gone")
    form = {"action": "give_up", "_selected_action": ["gone"]}
    assert client_of(alice).post("/admin/platform_site/host/", form).status_code == 403
    gone.refresh_from_db()
    assert gone.given_up_at is None
    Host.objects.filter(name="gone").update(seen_at=timezone.now() - timedelta(days=1))
    assert client_of(operator).post("/admin/platform_site/host/", form).status_code == 302
    gone.refresh_from_db()
    assert gone.given_up_at is not None


def test_a_host_that_comes_back_ends_what_was_written_off(
    start: Callable[[], Run], settings: Any
) -> None:
    run = start()
    run_launch(run.id)
    begins(run)
    long_ago = timezone.now() - timedelta(days=1)
    name = settings.PLATFORM_HOST
    Host.objects.update_or_create(name=name, defaults={"seen_at": long_ago})
    call_command("give_up_host", name)
    assert marked_processes(str(run.id)), "it lives on where nobody looks"
    host_round()
    assert marked_processes(str(run.id)) == []
    host = Host.objects.get(name=name)
    assert host.given_up_at is None
    assert host.is_alive
