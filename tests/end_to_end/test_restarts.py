"""The platform stops, dies or misses a part: runs go on, and their end is told."""

from __future__ import annotations

from pathlib import Path

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


SCHEDULED = """
from django_q.models import Schedule
from django_q.tasks import async_task
async_task(Schedule.objects.get(name="projects.run_sweep").func)
"""


def test_the_workers_sweep_carries_on_without_an_agent(tmp_path: Path) -> None:
    """Even a platform that has no agent tells the end of a run, if a minute later."""
    platform = LivePlatform(tmp_path / "live")
    platform.manage("prepare")
    platform.start("web", "worker")
    try:
        platform.script("echo ready; sleep 1")
        platform.project("no-agent")
        run = platform.run("no-agent")
        run.wait_line("ready")
        wait_for(lambda: not run.processes(), 20, "the script ended")
        assert run.get()["status"] != "succeeded"  # nobody has looked
        platform.manage("shell", "-c", SCHEDULED)  # as when its minute is over
        assert run.wait_end()["status"] == "succeeded"
        assert not (platform.var / "agent.alive").exists()
    finally:
        platform.stop()
