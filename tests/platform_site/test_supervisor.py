"""The supervisor replaces what hangs, not only what dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.live_platform import ROOT, LivePlatform, wait_for

pytestmark = pytest.mark.processes


def test_it_replaces_an_agent_that_stands_still(tmp_path: Path) -> None:
    platform = LivePlatform(tmp_path / "live", SILENCE_PATIENCE="6")
    platform.manage("prepare")
    with (platform.folder / "serve.log").open("ab") as log:
        served = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "serve", "--only", "agent"],
            cwd=ROOT, env=platform.environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    record, sign = platform.var / "serve-agent.json", platform.var / "agent.alive"

    def leader() -> int:
        return int(json.loads(record.read_text())["groups"][0]["pid"])

    def lives() -> bool:
        """It has given a sign since it was started."""
        return record.exists() and sign.stat().st_mtime > record.stat().st_mtime + 0.5

    try:
        wait_for(lives, 30, "the agent is at work")
        hung = leader()
        os.killpg(hung, signal.SIGSTOP)
        wait_for(lambda: leader() != hung, 30, "it was replaced")
        wait_for(lives, 30, "the new one is at work")
        assert "no sign of life" in platform.log_tail()
    finally:
        served.send_signal(signal.SIGINT)
        served.wait(20)
    with pytest.raises(ProcessLookupError):
        os.killpg(hung, 0)
