"""Looking at deployments changes nothing, and asks nobody but the engines."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from core.accounts.actor import Actor
from core.execution.models import Host
from deployments.choices import DeploymentStatus
from deployments.door.targets import served, targets_of
from deployments.models import Deployment
from deployments.run.paths import run_folder
from tests.conftest import client_of
from tests.support.ports import free_port

pytestmark = pytest.mark.django_db


def row(owner: User, **fields: Any) -> Deployment:
    """One that was launched; nobody listens on its port."""
    made = Deployment.objects.create(
        **{
            "owner": owner, "model_path": "/m", "served_names": ["m"], "port": free_port(),
            "host": "here", "executor": "container", "submitted_at": timezone.now(),
            "handle": {"container_id": "c1", "container": "c", "boot_id": "b"},
            **fields,
        }
    )  # fmt: skip
    run_folder(made).create()
    return made


@pytest.fixture
def here(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """This host, where no Docker engine can be reached, as in a container of ours."""
    settings.PLATFORM_HOST = "here"
    settings.DOCKER_TIMEOUT = 5.0
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")


@pytest.fixture
def listening() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(50)
        yield server.getsockname()[1]


def facts() -> list[dict[str, Any]]:
    return list(Deployment.objects.order_by("id").values())


def test_a_look_writes_nothing_and_asks_no_executor(
    alice: User, required: None, here: None
) -> None:
    for status in (DeploymentStatus.STARTING, DeploymentStatus.RUNNING, DeploymentStatus.STOPPING):
        row(alice, status=status)
        row(alice, status=status, host="elsewhere", executor="local", handle={})
        row(alice, status=status, executor="local", handle={}, stop_requested_at=timezone.now())
    before, client = facts(), client_of(alice)
    paths = ["", "?status=running", *(f"/{one['id']}" for one in before)]
    began = time.monotonic()
    for path in paths:
        assert client.get(f"/api/v1/deployments{path}").status_code == 200, path
    pages = ["/deployments/", "/deployments/gpus/", f"/deployments/{before[0]['id']}/"]
    for page in pages:
        assert client.get(page).status_code == 200, page
    assert time.monotonic() - began < 10
    assert facts() == before
    # Nor does anything tell the wrapper to end what is only looked at.
    for one in Deployment.objects.all():
        assert list(run_folder(one).root.rglob("*stop*")) == []


def test_many_that_hang_cost_one_time_out_and_unknown_hosts_none(
    alice: User, required: None, here: None, settings: Any, listening: int
) -> None:
    settings.DEPLOY_HTTP_TIMEOUT = 0.5
    settings.PLATFORM_HOST = "another"  # rows of a host that never reported, and of this one
    for _ in range(20):
        row(alice, status=DeploymentStatus.RUNNING, health_ok=True, port=listening, host="another")
        row(alice, status=DeploymentStatus.RUNNING, health_ok=True, host="unknown")
    client, before = client_of(alice), facts()
    began = time.monotonic()
    answers = client.get("/api/v1/deployments").json()
    assert time.monotonic() - began < 3
    assert len(answers) == 40 and not any(one["health_ok"] for one in answers)
    assert facts() == before


def test_an_unknown_host_is_not_taken_for_this_one(alice: User, client: Client) -> None:
    ready = {"status": DeploymentStatus.RUNNING, "health_ok": True, "health_at": timezone.now()}
    for host in ("unknown", "told", "six"):
        row(alice, **ready, host=host, served_names=[host])
    Host.objects.create(name="told", address="10.1.2.3")
    Host.objects.create(name="six", address="fd00::1")
    found = served(Actor(alice, "token"))
    urls = {one.deployment.host: one.url for one in found}
    assert urls["unknown"] is None
    assert urls["told"] is not None and urls["told"].startswith("http://10.1.2.3:")
    assert urls["six"] is not None and urls["six"].startswith("http://[fd00::1]:")
    assert targets_of(found, "unknown", alice) == []
    assert [target.url for target in targets_of(found, "told", alice)] == [urls["told"]]
