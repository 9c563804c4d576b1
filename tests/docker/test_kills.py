"""The storm of kills again, over a Docker engine: runs by exec, engines in containers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.docker.conftest import NAME
from tests.end_to_end.test_kills import SEED, SETTINGS, moments, rage
from tests.support.deployments import ENGINE, engine_environment
from tests.support.docker_engine import IMAGE, DockerEngine
from tests.support.kills.settle import judge
from tests.support.kills.storm import Storm
from tests.support.live_platform import LivePlatform

pytestmark = [pytest.mark.docker, pytest.mark.processes]


@pytest.mark.timeout(900)
def test_nothing_is_lost_doubled_or_left_in_containers(
    docker_engine: DockerEngine, tmp_path: Path
) -> None:
    folder, model = tmp_path / "live", tmp_path / "model"
    folder.mkdir()
    model.mkdir()
    shutil.copy(ENGINE, model / "engine.py")
    settings = {
        **SETTINGS,
        "DOCKER_HOST": docker_engine.url,
        "TRAINING_EXECUTOR": "docker",
        "TRAINING_CONTAINER_NAME": NAME,
        "DEPLOY_LAUNCHER": "container",
        "DEPLOY_IMAGE": IMAGE,
        "VLLM_CMD_TEMPLATE": "python3 {model_path}/engine.py {model_path} --host {host} "
        "--port {port} {extra_args}",
    }
    platform = LivePlatform(folder, **engine_environment(folder) | settings)
    container = docker_engine.container(NAME, platform.training_dir)
    platform.start()
    try:
        storm = Storm(platform, SEED, model_path=str(model))
        rage(storm, moments(16))
        judge(storm)
        left = docker_engine.client.containers.list(all=True)
        assert [one.name for one in left] == [NAME], storm.timeline
    finally:
        platform.stop()
        container.remove(force=True)
