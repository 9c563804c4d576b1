"""Many pages wait for changes: one look for all, each told once, nobody of what is not theirs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts import stream_rights
from core.accounts.actor import Actor
from core.accounts.ownership import sight_of
from core.changes import stream, watch
from core.changes.watch import Facts, Kind
from core.errors import Unavailable
from core.execution.models import Host, Lease, LeaseKind
from datasets.changes import WORK_ON_DATASET
from datasets.models import Dataset, DatasetFile
from deployments.changes import ALL, ALL_GPUS, DEPLOYMENTS
from deployments.choices import DeploymentStatus
from deployments.models import Deployment
from projects.models import Project, Run, RunStatus
from projects.runs.changes import QUEUE, RUN_QUEUE, RUNS_OF_PROJECT

# The thread that looks is one for all tests, and may have a connection from another.
pytestmark = pytest.mark.django_db
ACTOR = Actor(User(pk=4712), "local")


class Shown:
    """Things that pages show, and how often somebody looked at which."""

    def __init__(self) -> None:
        self.facts: dict[str, int] = {}
        self.looks: list[list[str]] = []
        self.broken = False
        self.kind = Kind("shown", "read", self.look, lambda _actor, _key: True)

    def look(self, keys: Any) -> Facts:
        self.looks.append(sorted(keys))
        if self.broken:
            raise OSError
        return dict(self.facts)

    def stream(self, key: str) -> AsyncIterator[bytes]:
        return stream._stream(ACTOR, *watch.watch(self.kind, key))


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    monkeypatch.setattr(watch, "LOOK_EVERY", 0.1)
    monkeypatch.setattr(stream, "NOT_OFTENER", 0.05)
    monkeypatch.setattr(stream, "TICK", 0.1)
    return Shown()


async def told(shown: Shown, key: str, versions: list[str]) -> None:
    """Take down the versions that one viewer is told, to the end of the stream."""
    async with aclosing(shown.stream(key)) as parts:  # type: ignore[type-var]
        async for part in parts:
            if part.startswith(b"event: changed"):
                versions.append(json.loads(part.split(b"data: ")[1])["version"])


def run(steps: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(steps, 20))


def test_many_viewers_cost_one_look_and_hear_of_each_change_once(shown: Shown) -> None:
    async def steps() -> None:
        heard: list[list[str]] = [[] for _ in range(50)]
        viewers = [asyncio.ensure_future(told(shown, "a", one)) for one in heard]
        await asyncio.sleep(0.35)
        assert 2 <= len(shown.looks) <= 5
        assert all(look == ["a"] for look in shown.looks)
        assert {len(one) for one in heard} == {1}
        shown.facts["a"] = 1
        await asyncio.sleep(0.35)
        del shown.facts["a"]
        await asyncio.sleep(0.35)
        assert {len(set(one)) for one in heard} == {3}
        assert {tuple(one) for one in heard} == {tuple(heard[0])}
        while viewers:  # and keep none: a traceback holds what its frames hold
            viewers.pop().cancel()
        await asyncio.sleep(0.25)
        looks = len(shown.looks)
        await asyncio.sleep(0.3)
        assert len(shown.looks) == looks, "somebody looks for nobody"

    run(steps())


def test_nobody_hears_of_another_thing(shown: Shown) -> None:
    async def steps() -> None:
        mine: list[str] = []
        theirs: list[str] = []
        viewers = [
            asyncio.ensure_future(told(shown, key, heard))
            for key, heard in (("a", mine), ("b", theirs))
        ]
        await asyncio.sleep(0.3)
        shown.facts["b"] = 4711
        await asyncio.sleep(0.3)
        assert (len(mine), len(theirs)) == (1, 2)
        assert not any("4711" in one for one in theirs)
        for viewer in viewers:
            viewer.cancel()

    run(steps())


def test_what_changes_all_the_time_is_told_no_oftener_than_pages_can_take(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(stream, "NOT_OFTENER", 0.5)

    async def steps() -> None:
        heard: list[str] = []
        viewer = asyncio.ensure_future(told(shown, "a", heard))
        for number in range(70):
            shown.facts["a"] = number
            await asyncio.sleep(0.02)
        assert 2 <= len(heard) <= 4
        viewer.cancel()

    run(steps())


@pytest.mark.parametrize("restless", [False, True])
def test_who_is_shut_out_hears_no_more(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, restless: bool
) -> None:
    monkeypatch.setattr(stream, "RIGHTS_CHECK", 0.2)
    allowed = [True]
    monkeypatch.setattr(stream_rights, "_still_allowed", lambda *_arguments: bool(allowed))

    async def steps() -> None:
        viewer = asyncio.ensure_future(told(shown, "a", []))
        for number in range(60):
            shown.facts["a"] = number * restless
            await asyncio.sleep(0.05)
            if number == 8:
                assert not viewer.done()
                allowed.clear()
        assert viewer.done()

    run(steps())


def test_a_look_that_fails_ends_the_streams_for_viewers_to_come_back(shown: Shown) -> None:
    async def steps() -> None:
        viewer = asyncio.ensure_future(told(shown, "a", []))
        await asyncio.sleep(0.2)
        shown.broken = True
        await viewer
        shown.broken = False
        again: list[str] = []
        viewer = asyncio.ensure_future(told(shown, "a", again))
        await asyncio.sleep(0.2)
        assert len(again) == 1
        viewer.cancel()

    run(steps())


def test_there_are_no_more_viewers_than_a_process_can_bear(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "MOST_VIEWERS", 2)

    async def steps() -> None:
        places = [watch.watch(shown.kind, key) for key in ("a", "a")]
        with pytest.raises(Unavailable):
            watch.watch(shown.kind, "b")
        places.pop()
        watch.watch(shown.kind, "b")

    run(steps())


def looked(kind: Kind, key: object, queries: int) -> object:
    """What a look finds of one thing among others, and that it asked no more than so often."""
    with CaptureQueriesContext(connection) as asked:
        found = kind.look([key, *(uuid4() for _ in range(20))] if isinstance(key, UUID) else [key])
    assert len(asked) == queries, asked.captured_queries
    return found.get(key)  # type: ignore[arg-type]


def all_differ(kind: Kind, key: object, queries: int, *steps: Callable[[], object]) -> None:
    seen = [looked(kind, key, queries)]
    for step in steps:
        step()
        seen.append(looked(kind, key, queries))
        assert seen[-1] != seen[-2], step
        assert seen[-1] == looked(kind, key, queries)


@pytest.fixture
def project(alice: User) -> Project:
    return Project.objects.create(owner=alice, name="p", dataset_name="d", training_yaml_name="c")


def test_what_a_page_of_runs_shows_is_looked_at(project: Project) -> None:
    runs = Run.objects.filter(project=project)
    all_differ(
        RUNS_OF_PROJECT, project.id, 1,
        lambda: Run.objects.create(project=project, start_command="x"),
        lambda: runs.update(status=RunStatus.RUNNING),
        lambda: runs.update(step=3, progress=0.5),
        lambda: Run.objects.create(project=project, start_command="x"),
        lambda: runs.update(status=RunStatus.SUCCEEDED),
    )  # fmt: skip


def test_what_the_queue_shows_is_looked_at(project: Project) -> None:
    runs = Run.objects.filter(project=project)
    lease = {"kind": LeaseKind.GPU, "value": "0", "holder_type": "run", "holder_id": uuid4()}
    all_differ(
        RUN_QUEUE, QUEUE, 3,
        lambda: Run.objects.create(project=project, start_command="x"),
        lambda: runs.update(priority=1),
        lambda: Lease.objects.create(host="h", **lease),
        lambda: runs.update(status=RunStatus.RUNNING),
        lambda: Host.objects.create(name="h"),
        lambda: Host.objects.update(gpus=[{"index": 0}]),
        lambda: Host.objects.update(seen_at=timezone.now() - timedelta(days=1)),
    )  # fmt: skip


def test_what_a_dataset_shows_is_looked_at(alice: User) -> None:
    dataset = Dataset.objects.create(owner=alice, name="d")
    file = {"dataset": dataset, "name": "a", "size": 1, "sha256": "x"}
    all_differ(
        WORK_ON_DATASET, dataset.id, 2,
        lambda: DatasetFile.objects.create(stored_name="1", **file),
        lambda: DatasetFile.objects.create(stored_name="2", **file),
        lambda: DatasetFile.objects.update(check_status="passed"),
    )  # fmt: skip


def test_what_deployments_and_gpus_show_is_looked_at(alice: User) -> None:
    rows = Deployment.objects.all()
    all_differ(
        DEPLOYMENTS, sight_of(Actor(alice, "session")), 1,
        lambda: Deployment.objects.create(owner=alice, model_path="m", host="h"),
        lambda: rows.update(phase_code="loading"),
        lambda: rows.update(phase_params={"percent": 7}),
        lambda: rows.update(gpu_ids=[1]),
        lambda: rows.update(status=DeploymentStatus.RUNNING),
        lambda: rows.update(health_ok=True),
        lambda: rows.update(status=DeploymentStatus.STOPPED),
    )  # fmt: skip
    all_differ(ALL_GPUS, ALL, 2, lambda: Host.objects.create(name="h"))


def test_nobody_hears_of_deployments_that_they_do_not_see(alice: User, bob: User) -> None:
    team = Group.objects.create(name="team")
    mine = Deployment.objects.create(owner=alice, model_path="m", host="h", visibility="private")
    rows = Deployment.objects.filter(id=mine.id)
    her, his = (sight_of(Actor(user, "session")) for user in (alice, bob))

    def seen() -> dict[Any, int]:
        return {key: len(facts) for key, facts in DEPLOYMENTS.look([her, his]).items()}

    assert seen() == {her: 1, his: 0}
    rows.update(visibility="team", team=team)
    assert seen() == {her: 1, his: 0}
    assert DEPLOYMENTS.seen(Actor(bob, "session"), his)
    bob.groups.add(team)
    bob = User.objects.get(pk=bob.pk)
    assert not DEPLOYMENTS.seen(Actor(bob, "session"), his), "the page comes back"
    his = sight_of(Actor(bob, "session"))
    assert seen() == {her: 1, his: 1}
    rows.update(owner=None, visibility="private")
    assert seen() == {her: 0, his: 0}


def test_a_stream_lasts_as_long_as_account_role_and_sight(alice: User, project: Project) -> None:
    actor = Actor(alice, "session")

    def still() -> bool:
        return stream_rights._still_allowed(
            actor, lambda renewed: RUNS_OF_PROJECT.seen(renewed, project.id)
        )

    assert still()
    groups = list(alice.groups.all())
    alice.groups.clear()
    assert not still(), "without a role"
    alice.groups.set(groups)
    assert still()
    Project.objects.update(owner=None)
    assert not still(), "of somebody else"
    Project.objects.update(owner=alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not still(), "shut out"
