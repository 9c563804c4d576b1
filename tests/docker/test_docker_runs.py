"""Runs in a real container: handed over, survived, stopped, and their failures told."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from docker.models.containers import Container

from tests.docker.conftest import NAME, platform_on
from tests.end_to_end.test_stop import STUBBORN
from tests.support.docker_engine import DockerEngine
from tests.support.live_platform import LivePlatform

pytestmark = [pytest.mark.docker, pytest.mark.processes]


def test_a_run_in_the_container(
    docker_platform: LivePlatform, training_container: Container
) -> None:
    docker_platform.script('echo "in $PWD as $1"; hostname; cat "$LLM_PLATFORM_DATASET"')
    docker_platform.project("inside")
    run = docker_platform.run("inside")
    data = run.wait_end()
    assert data["status"] == "succeeded", data
    assert data["executor"] == "docker"
    assert data["handle"]["container_id"] == training_container.id
    assert set(data["digests"]) == {"dataset", "config", "script"}
    lines = run.script_lines()
    assert lines[0] == f"in /workspace as /workspace/runs/{run.id}/inputs/inside.yaml"
    assert lines[1] == training_container.id[:12]
    assert lines[2] == '{"input":"a","output":"b"}'


def test_stop_kills_the_whole_tree_in_the_container(
    docker_platform: LivePlatform, training_container: Container
) -> None:
    docker_platform.script(STUBBORN)
    docker_platform.project("stubborn")
    run = docker_platform.run("stubborn")
    run.wait_line("ready")
    run.wait("running")
    started = time.monotonic()
    run.stop()
    assert run.wait_end(timeout=15)["status"] == "stopped"
    assert time.monotonic() - started < 10
    assert run.processes() == []
    table = training_container.top(ps_args="-eo pid,args")["Processes"]
    assert all("sleep infinity" in " ".join(row) for row in table), table


def test_docker_stop_in_the_middle_is_told_within_15_seconds(
    docker_platform: LivePlatform, training_container: Container
) -> None:
    docker_platform.script("echo ready; sleep 300")
    docker_platform.project("halted")
    run = docker_platform.run("halted")
    run.wait_line("ready")
    run.wait("running")
    training_container.stop(timeout=1)
    data = run.wait_end(timeout=15)
    assert data["status"] == "failed"
    assert NAME in data["reason"]
    assert NAME in run.log().splitlines()[-1]


def test_a_killed_wrapper_in_the_container_leaves_nothing(
    docker_platform: LivePlatform, training_container: Container
) -> None:
    docker_platform.script("echo ready; sleep 300")
    docker_platform.project("orphan")
    run = docker_platform.run("orphan")
    run.wait_line("ready")
    run.wait("running")
    training_container.exec_run(["pkill", "-9", "-f", "wrapper.py start"])
    assert run.wait_end(timeout=15)["status"] == "failed"
    assert run.processes() == []


def test_a_restarted_engine_with_live_restore_loses_nothing(
    docker_platform: LivePlatform, docker_engine: DockerEngine
) -> None:
    docker_platform.script("echo ready; sleep 8; echo done")
    docker_platform.project("restored")
    run = docker_platform.run("restored")
    run.wait_line("ready")
    run.wait("running")
    docker_engine.stop()
    time.sleep(3)
    during = run.get()
    assert during["status"] == "running"
    assert during["notice"]
    docker_engine.start()
    data = run.wait_end()
    assert data["status"] == "succeeded"
    assert run.script_lines() == ["ready", "done"]


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_restarted_engine_that_ends_its_containers(
    plain_engine: DockerEngine, tmp_path: Path, how: str
) -> None:
    platform = platform_on(plain_engine, tmp_path / "live")
    plain_engine.container(NAME, platform.training_dir)
    platform.start()
    try:
        platform.script("echo ready; sleep 300")
        platform.project("cut")
        run = platform.run("cut")
        run.wait_line("ready")
        run.wait("running")
        getattr(plain_engine, how)()
        plain_engine.start()
        data = run.wait_end(timeout=15)
        assert data["status"] == "failed"
        assert NAME in data["reason"]
        assert run.processes() == []
    finally:
        platform.stop()


def test_an_absent_container_and_a_stopped_one_are_named(
    docker_engine: DockerEngine, tmp_path: Path
) -> None:
    platform = platform_on(docker_engine, tmp_path / "live")
    platform.environment["TRAINING_EXECUTOR"] = "docker"
    platform.start()
    try:
        platform.script("echo never")
        platform.project("nowhere")
        data = platform.run("nowhere").wait_end()
        assert data["status"] == "failed"
        assert NAME in data["reason"]
        container = docker_engine.container(NAME, platform.training_dir)
        container.stop(timeout=1)
        second = platform.run("nowhere").wait_end()
        assert second["status"] == "failed"
        assert NAME in second["reason"]
        assert second["reason"] != data["reason"]
        container.remove(force=True)
    finally:
        platform.stop()


def test_an_engine_that_is_not_there_is_named(tmp_path: Path) -> None:
    platform = LivePlatform(
        tmp_path / "live",
        DOCKER_HOST=f"unix://{tmp_path}/none.sock",
        TRAINING_EXECUTOR="docker",
    )
    platform.start()
    try:
        platform.script("echo never")
        platform.project("nowhere")
        data = platform.run("nowhere").wait_end()
        assert data["status"] == "failed"
        assert "Docker" in data["reason"]
    finally:
        platform.stop()


def test_a_directory_that_is_not_mounted_is_named(
    docker_engine: DockerEngine, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    platform = platform_on(docker_engine, tmp_path / "live")
    container = docker_engine.container(NAME, elsewhere)
    platform.start()
    try:
        platform.script("echo never")
        platform.project("unmounted")
        data = platform.run("unmounted").wait_end()
        assert data["status"] == "failed"
        assert "/workspace" in data["reason"]
    finally:
        platform.stop()
        container.remove(force=True)
