"""The platform stops or the machine is restarted: engines are found again, or their end is told."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.support.deployments import (
    launch,
    leases,
)
from tests.support.live_platform import LivePlatform, wait_for

pytestmark = pytest.mark.processes


def test_ctrl_c_leaves_engines_and_finds_them_again(serving_platform: LivePlatform) -> None:
    made = launch(serving_platform)
    pid = made.wait_healthy()["pid"]
    assert serving_platform.stop() < 15
    assert made.processes()
    serving_platform.start()
    data = made.wait_healthy()
    assert (data["status"], data["pid"], data["restart_count"]) == ("running", pid, 0)
    made.delete(force=True)


@pytest.mark.parametrize(("policy", "status"), [("never", "failed"), ("on-failure", "running")])
def test_a_reboot_is_told_from_a_restart(
    serving_platform: LivePlatform, policy: str, status: str
) -> None:
    """All processes are gone and the kernel's boot id is another one."""
    made = launch(serving_platform, restart_policy=policy)
    wrapper = made.wait_healthy()["pid"]
    serving_platform.kill_everything()
    # The wrapper first: it must not live to see the engine's end.
    os.kill(wrapper, signal.SIGKILL)
    for process in made.processes():
        process.kill()
    claim = Path(made.first["log_file"]).parent / made.id / "1" / "control" / "claim"
    who = json.loads(claim.read_text())
    claim.write_text(json.dumps({**who, "boot_id": "00000000-0000-0000-0000-000000000000"}))
    (serving_platform.var / "serve.json").unlink(missing_ok=True)
    serving_platform.start()
    if status == "failed":
        data = made.wait("failed")
        english = serving_platform.http.get(made.path, headers={"Accept-Language": "en"}).json()
        assert english["reason"] == "The host was restarted, which ended the engine"
        assert leases(serving_platform) == []
    else:
        wait_for(lambda: made.get()["restart_count"] == 1, 20, "it is started again")
        data = made.wait_healthy()
        assert "主机" in data["restart_reason"] or "host" in data["restart_reason"]
    made.delete(force=True)
