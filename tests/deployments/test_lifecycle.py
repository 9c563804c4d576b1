"""A deployment's life with real processes: start, health, end, restart, removal."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.support.deployments import (
    ENGINE,
    engine_environment,
    launch,
    leases,
    marked,
    try_launch,
)
from tests.support.live_platform import LivePlatform, wait_for

pytestmark = pytest.mark.processes


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_starts_runs_and_is_removed_without_a_trace(serving_platform: LivePlatform) -> None:
    began = time.monotonic()
    made = launch(serving_platform, "--delay 0.5 --children 2", tags=["a", "b"])
    assert time.monotonic() - began < 1.0
    assert made.first["status"] == "starting"
    assert made.first["health_ok"] is False
    assert made.first["pid"] is None
    data = made.wait_healthy()
    assert data["status"] == "running"
    assert psutil.pid_exists(data["pid"])
    assert listens(data["port"])
    assert len(made.processes()) == 3  # the engine and two children that left its session
    assert leases(serving_platform) == [("port", str(data["port"]), made.id.replace("-", ""))]
    answer = made.delete()
    assert answer.status_code == 200
    assert answer.json() == {"detail": "deployment removed", "deployment_id": made.id}
    assert made.processes() == []
    assert not listens(data["port"])
    assert leases(serving_platform) == []
    assert serving_platform.http.get(made.path).status_code == 404
    assert Path(data["log_file"]).is_file()


def test_a_deaf_engine_is_409_and_goes_by_force(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    folder.mkdir()
    platform = LivePlatform(folder, **engine_environment(folder, DEPLOY_TERMINATE_TIMEOUT="1"))
    platform.start()
    try:
        made = launch(platform, "--deaf --children 1")
        data = made.wait_healthy()
        answer = made.delete()
        assert answer.status_code == 409
        assert "force=true" in answer.json()["detail"]
        assert made.get()["status"] == "stopping"
        assert listens(data["port"])
        assert leases(platform) != []
        assert made.delete(force=True).status_code == 200
        assert made.processes() == []
        assert not listens(data["port"])
        assert leases(platform) == []
        # A restart is not held up by one that does not listen.
        again = launch(platform, "--deaf")
        before = again.wait_healthy()["pid"]
        assert again.restart().status_code == 200
        wait_for(lambda: again.get()["pid"] not in (before, None), 15, "it has another process")
        again.wait_healthy()
        assert again.delete(force=True).status_code == 200
    finally:
        platform.stop()


def test_shared_memory_of_a_killed_engine_is_removed(shared_platform: LivePlatform) -> None:
    made = launch(shared_platform, "--shared-memory --deaf")
    made.wait_healthy()
    name = made.log().partition("shared memory ")[2].split()[0]
    segment = Path("/dev/shm") / name
    assert segment.exists()
    assert made.delete(force=True).status_code == 200
    assert not segment.exists()


def test_a_frozen_wrapper_is_killed_with_its_tree(serving_platform: LivePlatform) -> None:
    made = launch(serving_platform)
    data = made.wait_healthy()
    os.kill(data["pid"], signal.SIGSTOP)
    assert made.delete(force=True).status_code == 200
    wait_for(lambda: not made.processes(), 5, "nothing is left")


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        ("--die 0", "stopped", "exit code 0"),
        ("--die 7", "failed", "exit code 7"),
        ("--die 1 --say 'torch.OutOfMemoryError: CUDA out of memory. 3 GiB is free'", "failed",
         "Out of GPU memory: torch.OutOfMemoryError: CUDA out of memory. 3 GiB is free"),
        ("--no-such-option", "failed", "unrecognized arguments: --no-such-option"),
        ("--die 1 --say 'huggingface_hub.errors.HFValidationError: Repo id must be'", "failed",
         "There is no model at"),
    ],
)  # fmt: skip
def test_it_says_in_one_line_why_it_ended(
    shared_platform: LivePlatform, arguments: str, status: str, reason: str
) -> None:
    made = launch(shared_platform, arguments)
    data = made.wait("stopped", "failed")
    assert data["status"] == status
    assert "\n" not in data["reason"]
    english = shared_platform.http.get(made.path, headers={"Accept-Language": "en"}).json()
    assert reason in english["reason"]
    assert data["stopped_at"] >= data["started_at"]
    assert not [lease for lease in leases(shared_platform) if lease[2] == made.id.replace("-", "")]
    assert made.delete().status_code == 200


def test_it_says_what_it_is_doing(shared_platform: LivePlatform) -> None:
    line = "Loading safetensors checkpoint shards:  50% Completed | 1/2"
    made = launch(shared_platform, f"--delay 3 --say {shlex.quote(line)}")
    headers = {"Accept-Language": "en"}

    def phase() -> str:
        return str(shared_platform.http.get(made.path, headers=headers).json()["phase"])

    wait_for(lambda: phase() == "Loading weights, 50 %", 5, "the phase is told")
    assert made.wait_healthy()["phase"] == ""
    made.delete(force=True)


def test_a_port_that_somebody_else_takes_is_left_to_them(serving_platform: LivePlatform) -> None:
    """Taken between lease and bind: the engine gets the next port, the stranger keeps theirs."""
    low = int(serving_platform.environment["DEPLOY_PORT_LOW"])
    made = launch(serving_platform, "--delay 1.5")
    assert made.first["port"] == low
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", low))
        stranger.listen()
        data = made.wait_healthy()
        assert data["port"] == low + 1
        assert [lease[1] for lease in leases(serving_platform)] == [str(low + 1)]
        second = launch(serving_platform)
        assert second.first["port"] == low + 2
        second.delete(force=True)
    made.delete(force=True)


def test_another_program_that_answers_is_never_taken_for_it(tmp_path: Path) -> None:
    """The command listens elsewhere, and a stranger answers /health on the leased port."""
    folder = tmp_path / "live"
    folder.mkdir()
    settings = engine_environment(folder)
    settings["VLLM_CMD_TEMPLATE"] = "bash -c 'sleep 30' {model_path} {port}"
    platform = LivePlatform(folder, **settings)
    platform.start()
    made = launch(platform)
    wait_for(lambda: made.get()["pid"], 20, "its command runs")
    stranger = subprocess.Popen(
        [sys.executable, str(ENGINE), "other", "--port", str(made.first["port"])]
    )
    try:
        wait_for(lambda: listens(made.first["port"]), 10, "the stranger listens")
        time.sleep(2)
        data = made.get()
        assert data["status"] == "starting"
        assert data["health_ok"] is False
        assert data["notice"]
    finally:
        stranger.kill()
        made.delete(force=True)
        platform.stop()


def test_a_crash_is_followed_by_a_restart_where_that_is_the_policy(
    serving_platform: LivePlatform, tmp_path: Path
) -> None:
    once = tmp_path / "crashed"
    made = launch(
        serving_platform, f"--crash-after 0.7 --crash-once {once}", restart_policy="on-failure"
    )
    wait_for(once.exists, 20, "it crashed")
    wait_for(lambda: made.get()["restart_count"] == 1, 10, "the restart is counted")
    data = made.wait_healthy()
    assert data["status"] == "running"
    assert "3" in data["restart_reason"]
    assert made.delete().status_code == 200


def test_a_crash_loop_ends_failed_with_its_leases_free(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    folder.mkdir()
    starts = tmp_path / "starts"
    more = {"DEPLOY_MAX_RESTARTS": "3", "DEPLOY_RESTART_BACKOFF": "0.1"}
    platform = LivePlatform(folder, **engine_environment(folder, **more))
    platform.start()
    try:
        made = launch(platform, f"--die 5 --starts {starts}", restart_policy="on-failure")
        data = made.wait("failed")
        assert data["restart_count"] == 3
        assert len(starts.read_text().splitlines()) == 4
        assert "5" in data["reason"]
        assert leases(platform) == []
        answer = made.restart()
        assert answer.status_code == 200
        assert answer.json()["status"] == "starting"
        made.wait("failed")
    finally:
        platform.stop()


def test_a_hung_engine_is_unhealthy_and_by_policy_restarted(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    folder.mkdir()
    more = {"DEPLOY_HUNG_CHECKS": "3", "DEPLOY_HTTP_TIMEOUT": "0.5"}
    platform = LivePlatform(folder, **engine_environment(folder, **more))
    platform.start()
    try:
        left = launch(platform, "--hang-health-after 1.5")
        mended = launch(platform, "--hang-health-after 1.5", restart_policy="on-failure")
        left.wait_healthy()
        first = mended.wait_healthy()["pid"]
        wait_for(lambda: not left.get()["health_ok"], 10, "the hung one is unhealthy")
        assert left.get()["status"] == "running"
        wait_for(lambda: mended.get()["restart_count"] >= 1, 20, "the other is restarted")
        wait_for(lambda: not psutil.pid_exists(first), 10, "its old process is gone")
        left.delete(force=True)
        mended.delete(force=True)
    finally:
        platform.stop()


def test_one_that_never_becomes_healthy_fails_in_time(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    folder.mkdir()
    platform = LivePlatform(folder, **engine_environment(folder, DEPLOY_START_TIMEOUT="2"))
    platform.start()
    try:
        made = launch(platform, "--delay 60 --deaf")
        data = made.wait("failed", timeout=20)
        assert "DEPLOY_START_TIMEOUT" in data["reason"]
        assert made.processes() == []
        assert leases(platform) == []
    finally:
        platform.stop()


def test_stop_keeps_it_in_the_list_and_restart_brings_it_back(
    serving_platform: LivePlatform,
) -> None:
    made = launch(serving_platform)
    made.wait_healthy()
    assert made.stop().status_code == 200
    assert made.wait("stopped")["pid"] is None
    assert made.restart().status_code == 200
    assert made.wait_healthy()["status"] == "running"
    before = made.get()["pid"]
    assert made.restart().status_code == 200
    wait_for(lambda: made.get()["pid"] not in (before, None), 20, "it has another process")
    assert made.wait_healthy()["restart_count"] == 1
    assert made.delete().status_code == 200
    assert [mark for _process, mark in marked() if mark.startswith(made.id)] == []


def test_an_engine_that_closes_its_log_or_forks_away_is_still_ours(
    serving_platform: LivePlatform,
) -> None:
    silent = launch(serving_platform, "--close-log --children 3")
    data = silent.wait_healthy()
    engine = next(one for one in silent.processes() if "engine.py" in " ".join(one.cmdline()))
    engine.kill()
    assert silent.wait("failed")["pid"] is None
    assert silent.processes() == []
    assert not listens(data["port"])


def test_a_model_folder_that_vanishes_is_said(
    serving_platform: LivePlatform, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    made = launch(serving_platform, model_path=str(folder))
    made.wait_healthy()
    made.stop()
    made.wait("stopped")
    shutil.rmtree(folder)
    answer = made.restart()
    assert answer.status_code == 400
    assert str(folder) in answer.json()["detail"]
    assert try_launch(serving_platform, model_path=str(folder)).status_code == 400
