"""What a failed run says: the script's exit, a killed wrapper, a missing script, a full disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.live_platform import LivePlatform, wait_for

pytestmark = pytest.mark.processes


def test_the_wrapper_killed_from_outside_is_told_and_leaves_nothing(
    shared_platform: LivePlatform,
) -> None:
    shared_platform.script("echo ready; sleep 300")
    shared_platform.project("orphan")
    run = shared_platform.run("orphan")
    run.wait_line("ready")
    run.wait("running")
    owner = json.loads((run.folder / "control" / "claim").read_text())
    os.kill(owner["pid"], signal.SIGKILL)
    data = run.wait_end(timeout=15)
    assert data["status"] == "failed"
    assert data["reason"]
    assert run.processes() == []


def test_a_script_killed_from_outside(shared_platform: LivePlatform) -> None:
    shared_platform.script("kill -9 $$")
    shared_platform.project("shot")
    data = shared_platform.run("shot").wait_end()
    assert (data["status"], data["exit_code"]) == ("failed", -9)


def test_a_missing_script_is_named(shared_platform: LivePlatform) -> None:
    script = shared_platform.training_dir / "scripts" / "run_train_full_lora.sh"
    script.unlink(missing_ok=True)
    shared_platform.project("no-script", "job: {type: lora}\n")
    run = shared_platform.run("no-script")
    data = run.wait_end()
    assert data["status"] == "failed"
    assert "run_train_full_lora.sh" in data["reason"]

    def logged() -> bool:  # the line follows the state, once that is committed
        return "run_train_full_lora.sh" in run.get()["logs"][-1]["message"]

    wait_for(logged, 5, "the log names the script too")


def test_a_script_without_the_executable_bit_runs_all_the_same(
    shared_platform: LivePlatform,
) -> None:
    shared_platform.script("echo fine")
    (shared_platform.training_dir / "scripts" / "run_train_full_sft.sh").chmod(0o644)
    shared_platform.project("plain-mode")
    assert shared_platform.run("plain-mode").wait_end()["status"] == "succeeded"


def test_our_secrets_are_not_the_scripts(shared_platform: LivePlatform) -> None:
    shared_platform.script("env")
    shared_platform.project("env")
    run = shared_platform.run("env")
    run.wait_end()
    log = run.log()
    assert "LLM_PLATFORM_DATASET=" in log
    assert "SECRET_KEY" not in log
    assert "DJANGO_SETTINGS_MODULE" not in log


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB."""
    mount = tmp_path / "small"
    mount.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(mount)], capture_output=True
    )
    if done.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.decode()}")
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=False)


def test_a_full_disk_while_logging_is_told(small_disk: Path, tmp_path: Path) -> None:
    platform = LivePlatform(tmp_path / "full", HOST_TRAINING_DIR=str(small_disk))
    platform.training_dir = small_disk
    for name in ("scripts", "datasets", "configs"):
        (small_disk / name).mkdir()
    platform.start()
    try:
        platform.script(
            "set -e; for i in $(seq 1 200000); do echo line $i xxxxxxxxxxxxxxxxxxxx; done"
        )
        platform.project("full")
        run = platform.run("full")
        data = run.wait_end()
        assert data["status"] == "failed"
        assert data["exit_code"] != 0
        assert "disk" in data["reason"].lower() or "磁盘" in data["reason"]
        lines = run.script_lines()
        assert lines[:3] == [f"line {i} xxxxxxxxxxxxxxxxxxxx" for i in (1, 2, 3)]
    finally:
        platform.stop()


def test_a_full_disk_while_uploading_stores_nothing(small_disk: Path, tmp_path: Path) -> None:
    platform = LivePlatform(tmp_path / "full", LLM_APP_STORAGE=str(small_disk))
    platform.start()
    try:
        dataset = platform.http.post("/api/v1/datasets", json={"name": "d"}).json()["id"]
        answer = platform.http.put(
            f"/api/v1/datasets/{dataset}/files", files={"file": ("big.jsonl", b"x" * 3_000_000)}
        )
        assert answer.status_code == 507
        assert "detail" in answer.json()
        assert platform.http.get(f"/api/v1/datasets/{dataset}").json()["files"] == []
        assert [path for path in small_disk.rglob("*") if path.is_file()] == []
        small = platform.http.put(
            f"/api/v1/datasets/{dataset}/files", files={"file": ("small.jsonl", b"{}\n")}
        )
        assert small.status_code == 200
    finally:
        platform.stop()
