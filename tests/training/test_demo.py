"""The demo project trains for real: on this host, and in a real container."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docker.conftest import NAME, make_engine, platform_on
from tests.support.docker_engine import DockerEngine, training_python_binds
from tests.support.live_platform import LivePlatform

pytestmark = [pytest.mark.training, pytest.mark.processes]


def check_demo_trains(platform: LivePlatform, executor: str) -> None:
    platform.manage("make_demo")
    for project, file in (
        ("demo-sft", "model.safetensors"),
        ("demo-lora", "adapter_model.safetensors"),
    ):
        run = platform.run(project)
        data = run.wait_end(timeout=240)
        assert data["status"] == "succeeded", run.log()[-3000:]
        assert (data["progress"], data["executor"]) == (1.0, executor)
        assert (run.folder / "output" / "final" / file).is_file()
        points = platform.http.get(f"{run.path}/metrics").json()["points"]
        losses = [point["loss"] for point in points if "loss" in point]
        assert losses[-1] < 0.7 * losses[0]


def make_platform(folder: Path, python: str, **environment: str) -> LivePlatform:
    platform = LivePlatform(folder, TRAINING_PYTHON=python, **environment)
    (platform.training_dir / "scripts").rmdir()  # make_demo brings the scripts
    return platform


def test_the_demo_trains_on_this_host(tmp_path: Path, training_python: str) -> None:
    platform = make_platform(tmp_path / "live", training_python)
    platform.start()
    try:
        check_demo_trains(platform, "local")
    finally:
        platform.stop()


@pytest.fixture
def engine() -> Iterator[DockerEngine]:
    made = make_engine(live_restore=True)
    yield made
    made.cleanup()


@pytest.mark.docker
def test_the_demo_trains_in_a_container(
    engine: DockerEngine, tmp_path: Path, training_python: str
) -> None:
    platform = platform_on(engine, tmp_path / "live")
    (platform.training_dir / "scripts").rmdir()
    container = engine.container(
        NAME,
        platform.training_dir,
        read_only=training_python_binds(),
        environment={"TRAINING_PYTHON": training_python},
    )
    platform.environment["TRAINING_PYTHON"] = training_python
    platform.start()
    try:
        check_demo_trains(platform, "docker")
    finally:
        platform.stop()
        container.remove(force=True)
