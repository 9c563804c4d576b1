"""The platform stops, dies or misses a part: runs go on, and their end is told."""

from __future__ import annotations

import time

import pytest

from tests.support.live_platform import LivePlatform, wait_for

pytestmark = pytest.mark.processes


def test_ctrl_c_stops_the_platform_and_leaves_the_run(live_platform: LivePlatform) -> None:
    live_platform.script(
        'echo "ready"; while [ ! -e "$LLM_PLATFORM_RUN_DIR/go" ]; do sleep 0.1; done; echo "done"'
    )
    live_platform.project("long")
    run = live_platform.run("long")
    run.wait_line("ready")
    assert live_platform.stop() < 15
    assert run.processes()
    live_platform.start()
    assert run.get()["status"] == "running"
    (run.folder / "go").touch()
    assert run.wait_end()["status"] == "succeeded"
    assert run.script_lines() == ["ready", "done"]


def test_a_run_that_ends_while_we_are_away_has_its_end_told(live_platform: LivePlatform) -> None:
    live_platform.script('echo "ready"; sleep 1; exit 3')
    live_platform.project("away")
    run = live_platform.run("away")
    run.wait_line("ready")
    live_platform.kill_everything()
    wait_for(lambda: not run.processes(), 20, "the script ended")
    live_platform.start()
    data = run.wait_end()
    assert (data["status"], data["exit_code"]) == ("failed", 3)
    assert "3" in data["reason"]
    run.wait_line("ERROR")  # the line is written after the state that it tells of
    logs = run.get()["logs"]
    assert any("3" in entry["message"] and entry["level"] == "error" for entry in logs)


def test_the_workers_sweep_carries_on_without_an_agent(live_platform: LivePlatform) -> None:
    """Even a platform whose agent cannot run tells the end of a run, if later."""
    live_platform.script("echo ready; sleep 2")
    live_platform.project("no-agent")
    live_platform.manage("shell", "-c", "from projects.tasks import run_sweep; run_sweep()")
    run = live_platform.run("no-agent")
    run.wait_line("ready")
    for _ in range(6):
        live_platform.kill("agent")
        time.sleep(0.5)
    live_platform.manage("shell", "-c", "from projects.tasks import run_sweep; run_sweep()")
    assert run.wait_end()["status"] == "succeeded"
