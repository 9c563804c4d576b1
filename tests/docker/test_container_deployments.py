"""Engines in containers of their own, on a real Docker engine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.deployments import ENGINE, engine_environment, launch, leases
from tests.support.docker_engine import IMAGE, DockerEngine
from tests.support.live_platform import LivePlatform, wait_for

pytestmark = [pytest.mark.docker, pytest.mark.processes]


@pytest.fixture
def container_platform(docker_engine: DockerEngine, tmp_path: Path) -> Iterator[LivePlatform]:
    folder = tmp_path / "live"
    folder.mkdir()
    (folder / "cache" / "hub").mkdir(parents=True)
    settings = engine_environment(
        folder,
        DOCKER_HOST=docker_engine.url,
        DEPLOY_LAUNCHER="container",
        DEPLOY_IMAGE=IMAGE,
        HF_HOME=str(folder / "cache"),
        HF_TOKEN="hub-s3cret",
        VLLM_CMD_TEMPLATE="python3 {model_path}/engine.py {model_path} --host {host} "
        "--port {port} {extra_args}",
    )
    platform = LivePlatform(folder, **settings)
    platform.start()
    yield platform
    platform.stop()


@pytest.fixture
def model(tmp_path: Path) -> str:
    folder = tmp_path / "model"
    folder.mkdir()
    shutil.copy(ENGINE, folder / "engine.py")
    (folder / "config.json").write_text("{}")
    return str(folder)


def names(engine: DockerEngine) -> list[str]:
    found = [container.name for container in engine.client.containers.list(all=True)]
    return [name for name in found if name and name.startswith("llm-platform-")]


def check_surroundings(platform: LivePlatform, deployment: str) -> None:
    """It runs in its own folder, as somebody, finds the hub's cache, and has a key."""
    output = platform.folder / "deploy_logs" / deployment / "1" / "output"
    told = json.loads((output / "told.json").read_text())
    cache = platform.folder / "cache"
    wanted = {
        "HOME": str(output), "USER": "llm-platform", "LOGNAME": "llm-platform", "TMPDIR": "/tmp",
        "HF_HOME": str(cache), "HF_HUB_CACHE": str(cache / "hub"), "HF_HUB_OFFLINE": "1",
        "PYTHONSAFEPATH": "1",
    }  # fmt: skip
    assert told["cwd"] == str(output)
    assert {name: told["env"].get(name) for name in wanted} == wanted
    assert told["env"]["TORCHINDUCTOR_CACHE_DIR"].startswith(str(output))
    assert told["seen"] == [str(cache / "hub")]
    spec = (output.parent / "control" / "spec.json").read_text()
    assert told["env"]["HF_TOKEN"] == "hub-s3cret"
    for secret in ("hub-s3cret", told["env"]["VLLM_API_KEY"]):
        assert secret not in spec


def test_it_lives_in_a_container_through_kills_and_leaves_none(
    container_platform: LivePlatform, docker_engine: DockerEngine, model: str
) -> None:
    made = launch(container_platform, "--delay 0.5 --tell told.json", model_path=model)
    data = made.wait_healthy()
    assert names(docker_engine) == [f"llm-platform-{made.id}-1"]
    check_surroundings(container_platform, made.id)
    body = {"model": model, "messages": [{"role": "user", "content": "hi"}]}
    answer = container_platform.http.post("/v1/chat/completions", json=body)
    assert answer.status_code == 200, answer.text
    container_platform.kill_everything()
    container_platform.start()
    again = made.wait_healthy()
    assert (again["pid"], again["restart_count"]) == (data["pid"], 0)
    assert "Starting vLLM server" in made.log()
    check_housekeeping(container_platform, docker_engine, made.id)
    assert made.delete().status_code == 200
    assert names(docker_engine) == []
    assert leases(container_platform) == []


def check_housekeeping(platform: LivePlatform, engine: DockerEngine, deployment: str) -> None:
    """What an attempt that is no more has left goes; another platform's stays."""
    live = names(engine)
    for name, home in (("left", platform.folder / "deploy_logs"), ("anothers", platform.folder)):
        engine.client.containers.create(
            IMAGE, ["true"], name=f"llm-platform-{name}", labels={"llm-platform.key": name},
            volumes={str(home): {"bind": "/mnt", "mode": "ro"}},
        )  # fmt: skip
    prune = "from deployments.run.lifecycle import prune_containers; prune_containers()"
    platform.manage("shell", "-c", prune)
    assert sorted(names(engine)) == sorted([*live, "llm-platform-anothers"])
    engine.client.containers.get("llm-platform-anothers").remove()


def test_a_deaf_one_is_killed_by_force(
    container_platform: LivePlatform, docker_engine: DockerEngine, model: str
) -> None:
    made = launch(container_platform, "--deaf --children 2", model_path=model)
    made.wait_healthy()
    assert made.delete(force=True).status_code == 200
    assert names(docker_engine) == []


def test_a_container_that_somebody_removes_is_a_crash(
    container_platform: LivePlatform, docker_engine: DockerEngine, model: str
) -> None:
    made = launch(container_platform, model_path=model)
    made.wait_healthy()
    docker_engine.client.containers.get(f"llm-platform-{made.id}-1").remove(force=True)
    data = made.wait("failed")
    assert data["reason"]
    wait_for(lambda: leases(container_platform) == [], 5, "its port is free")
    made.delete()


def test_a_missing_image_is_said(docker_engine: DockerEngine, tmp_path: Path, model: str) -> None:
    folder = tmp_path / "live"
    folder.mkdir()
    settings = engine_environment(
        folder, DOCKER_HOST=docker_engine.url, DEPLOY_LAUNCHER="container",
        DEPLOY_IMAGE="no-such-image:1",
    )  # fmt: skip
    platform = LivePlatform(folder, **settings)
    platform.start()
    try:
        data = launch(platform, model_path=model).wait("failed")
        assert "no-such-image" in data["reason"]
    finally:
        platform.stop()
