"""Web, worker and agent served apart, as compose.yaml does, are one platform."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.live_platform import ROOT, LivePlatform

pytestmark = pytest.mark.processes


def test_parts_served_apart_run_a_training(tmp_path: Path) -> None:
    platform = LivePlatform(tmp_path / "live")
    platform.manage("prepare")
    log = (platform.folder / "serve.log").open("ab")
    parts = {
        name: subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "serve", "--only", name],
            cwd=ROOT, env=platform.environment, stdout=log, stderr=log, start_new_session=True,
        )
        for name in ("web", "worker", "agent")
    }  # fmt: skip
    try:
        platform.wait_ready()
        platform.script("echo one; sleep 3; echo two")
        platform.project("apart")
        run = platform.run("apart")
        run.wait_line("one")
        parts["worker"].send_signal(signal.SIGINT)
        parts["worker"].wait(20)
        assert run.wait_end()["status"] == "succeeded"
        assert run.script_lines() == ["one", "two"]
        assert platform.http.get("/healthz").status_code == 200
    finally:
        for part in parts.values():
            if part.poll() is None:
                part.send_signal(signal.SIGINT)
        for part in parts.values():
            part.wait(20)
