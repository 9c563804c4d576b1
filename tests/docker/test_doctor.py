"""Doctor sees what a Docker engine holds, and asks without changing anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from projects.runs.paths import run_folder
from tests.docker.conftest import NAME
from tests.platform_site.conftest import Plant, doctor, plant, well
from tests.support.docker_engine import IMAGE, DockerEngine
from tests.support.live_platform import wait_for

__all__ = ["doctor", "plant", "well"]
pytestmark = pytest.mark.docker


@pytest.fixture
def engine(
    docker_engine: DockerEngine, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> DockerEngine:
    monkeypatch.setenv("DOCKER_HOST", docker_engine.url)
    settings.TRAINING_EXECUTOR = "docker"
    settings.TRAINING_CONTAINER_NAME = NAME
    return docker_engine


def test_containers_of_what_has_ended(engine: DockerEngine, plant: Plant, doctor: Any) -> None:
    ended = plant.run(status="failed", finished_at=timezone.now())
    labels = {"llm-platform.key": f"{ended.id}-1"}
    stranger = {"llm-platform.key": f"{uuid4()}-1"}
    client = engine.client.containers
    made = [
        client.run(IMAGE, ["sleep", "60"], detach=True, network_mode="none", labels=one)
        for one in (labels, stranger)
    ]
    try:
        found = doctor()
        assert set(found) == {"container_left", "training_container"}
        assert found["container_left"]["mend"] == f"Remove it: docker rm --force {made[0].name}"
        assert "missing" in found["training_container"]["what"]
        made[0].kill()
        wait_for(lambda: client.get(made[0].id).status == "exited", 10, "it has ended")
        assert doctor()["container_kept"]["severity"] == "warning"
    finally:
        for one in made:
            one.remove(force=True)


def test_processes_in_the_training_container(
    engine: DockerEngine, plant: Plant, doctor: Any, settings: Any
) -> None:
    container = engine.container(NAME, Path(settings.HOST_TRAINING_DIR))
    try:
        assert doctor(status=0) == {}
        ended = plant.run(status="failed", finished_at=timezone.now())
        run_folder(ended).create()
        gone = str(uuid4())
        for id in (str(ended.id), gone):
            script = f"sleep 60; : /workspace/runs/{id}"
            container.exec_run(
                ["sh", "-c", script], detach=True, environment={"LLM_PLATFORM_RUN_ID": id}
            )
        wait_for(lambda: len(container.top()["Processes"]) >= 6, 10, "both live")
        found = doctor()
        assert set(found) == {"left_over", "orphan"}
        assert found["left_over"]["subject"] == f"run {ended.id}"
        assert found["orphan"]["subject"] == gone
    finally:
        container.remove(force=True)
