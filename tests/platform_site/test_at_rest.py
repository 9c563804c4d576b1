"""What the processes load, and how little those at rest do."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest
from django.utils import timezone
from django_q.tasks import async_task

from core.task_broker import QuietBroker
from deployments.models import Deployment
from platform_site.server.agent import Agent
from projects.models import Project, Run
from tests.support.live_platform import ROOT

HEAVY = {
    "numpy", "onnxruntime", "presidio_analyzer", "presidio_anonymizer", "spacy", "pyarrow", "faker",
    "docker", "aiohttp", "openai", "transformers",
}  # fmt: skip
LOADED = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "platform_site.settings"
import django
django.setup()
import {modules}
print(json.dumps([sorted(sys.modules), len(os.listdir("/proc/self/task"))]))
"""


def loaded_with(modules: str) -> tuple[set[str], int]:
    """What a fresh process has loaded then, and how many threads it has."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED.format(modules=modules)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    names, threads = json.loads(done.stdout.splitlines()[-1])
    return {name.partition(".")[0] for name in names}, threads


def test_what_is_shared_by_all_is_light_and_has_no_threads() -> None:
    names, threads = loaded_with(
        "platform_site.urls, platform_site.server.agent, platform_site.server.supervisor,"
        "projects.tasks, deployments.tasks, datasets.tasks, core.accounts.tasks, django_q.cluster"
    )
    assert not names & HEAVY and threads == 1


def test_the_web_server_loads_what_its_processes_share_and_nothing_heavy() -> None:
    names, threads = loaded_with("platform_site.server.gunicorn_conf, platform_site.asgi")
    assert "ahocorasick" in names
    # One starts a thread when it is imported: a process forked after that hangs at its end.
    assert not names & (HEAVY - {"aiohttp"})  # engines are asked by it
    assert threads == 1


@pytest.fixture
def project(alice: Any) -> Project:
    return Project.objects.create(owner=alice, name="p", dataset_name="d", training_yaml_name="c")


@pytest.mark.django_db
def test_one_query_tells_the_agent_that_there_is_nothing_to_do(
    django_assert_num_queries: Any,
) -> None:
    agent = Agent()
    agent._finds()
    with django_assert_num_queries(1):
        assert not agent._finds()


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "pending"},
        {"status": "pending", "host": "", "gpus_wanted": 2},
        {"status": "running", "host": "here"},
        {"status": "succeeded", "host": "here", "finished_at": timezone.now()},
    ],
    ids=["to be launched", "waits for GPUs", "runs", "not indexed yet"],
)
def test_a_run_that_needs_the_agent_wakes_it(
    project: Project, settings: Any, fields: dict[str, Any]
) -> None:
    settings.PLATFORM_HOST = "here"
    agent = Agent()
    assert not agent._finds()
    Run.objects.create(project=project, **fields)
    assert agent._finds()
    Run.objects.update(status="stopped", finished_at=timezone.now(), indexed_at=timezone.now())
    assert not agent._finds()


def test_a_deployment_wakes_it_on_its_own_host(alice: Any, settings: Any) -> None:
    settings.PLATFORM_HOST = "here"
    agent = Agent()
    made = Deployment.objects.create(owner=alice, model_path="m", host="there", status="running")
    assert not agent._finds()
    Deployment.objects.filter(pk=made.pk).update(host="here")
    assert agent._finds()


def test_sweeps_sleep_until_they_are_needed_and_then_run_at_once() -> None:
    calls: list[str] = []

    async def sweep() -> None:
        calls.append("sweep")

    async def scenario() -> None:
        agent = Agent()
        task = asyncio.create_task(agent._sweep(sweep, 3600))
        await asyncio.sleep(0.05)
        assert not calls
        agent.needed.set()
        await asyncio.sleep(0.05)
        assert calls == ["sweep"]
        agent.stopping.set()
        await asyncio.wait_for(task, 5)

    asyncio.run(scenario())


@pytest.mark.django_db
def test_an_empty_queue_costs_one_query_and_a_task_is_found(django_assert_num_queries: Any) -> None:
    broker = QuietBroker(list_key="here")
    with django_assert_num_queries(1):
        assert broker.dequeue() is None
    async_task("core.liveness.canary", broker=broker)
    assert len(broker.dequeue()) == 1
    assert not broker.dequeue()  # it is held by whoever took it
