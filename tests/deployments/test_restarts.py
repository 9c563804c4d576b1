"""kill -9 of ours at any moment: every engine is adopted, none is doubled or orphaned."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.support.deployments import (
    LiveDeployment,
    engine_environment,
    launch,
    leases,
    marked,
)
from tests.support.live_platform import LivePlatform, wait_for

pytestmark = pytest.mark.processes
MOMENTS = 20
ENGINES = 5
VICTIMS = (("web",), ("worker",), ("agent",), ("web", "worker", "agent"), ("everything",))


def strike(platform: LivePlatform, victims: tuple[str, ...]) -> None:
    if victims == ("everything",):
        platform.kill_everything()
        platform.start()
    else:
        platform.kill(*victims)
        platform.wait_ready()


def engines_by_deployment(platform: LivePlatform) -> Counter[str]:
    """How many engines of this platform live for each deployment's id."""
    found: Counter[str] = Counter()
    for process, mark in marked():
        words = process.cmdline()
        if any("engine.py" in word for word in words) and str(platform.folder) in words:
            found[mark[:36]] += 1
    return found


def ask(chance: random.Random, engine: LiveDeployment) -> None:
    """What people do at random: stop it, restart it, or leave it alone."""
    what = chance.choice(("stop", "restart", "nothing", "nothing"))
    if what == "stop":
        engine.stop()
    elif what == "restart":
        engine.restart()


@pytest.mark.timeout(900)
def test_engines_survive_twenty_random_kills(tmp_path: Path) -> None:
    seed = 20261123
    chance = random.Random(seed)
    print(f"seed {seed}")
    folder = tmp_path / "live"
    folder.mkdir()
    starts = tmp_path / "starts"
    starts.mkdir()
    platform = LivePlatform(folder, **engine_environment(folder))
    platform.start()
    try:
        engines: list[LiveDeployment] = []
        for moment in range(MOMENTS):
            while len(engines) < ENGINES:
                delay = chance.uniform(0, 1.5)
                engines.append(launch(platform, f"--delay {delay:.2f}"))
            for engine in engines:
                ask(chance, engine)
            time.sleep(chance.uniform(0.0, 1.5))
            strike(platform, VICTIMS[moment % len(VICTIMS)])
            engines = settle(platform, engines, moment)
        for engine in engines:
            assert engine.delete(force=True).status_code == 200
        assert engines_by_deployment(platform) == {}
        assert leases(platform) == []
    finally:
        platform.stop()


def settle(
    platform: LivePlatform, engines: list[LiveDeployment], moment: int
) -> list[LiveDeployment]:
    """After the strike all come to rest, as what they were asked to be; stopped ones go."""
    running = []
    for engine in engines:

        def rested(engine: LiveDeployment = engine) -> dict[str, object] | None:
            data = engine.get()
            done = data["status"] == "stopped" or (
                data["status"] == "running" and data["health_ok"]
            )
            return data if done else None

        data = wait_for(rested, 40, f"moment {moment}: {engine.get()}")
        if data["status"] == "running":
            running.append(engine)
    # A restart that was asked for just before may still be on its way: look again.
    time.sleep(0.3)
    running = [one for one in running if one.get()["status"] in ("running", "starting")]
    for engine in running:
        engine.wait_healthy()
    ids = {engine.id for engine in running}
    alive = engines_by_deployment(platform)
    assert all(alive[one] == 1 for one in ids), (moment, alive, ids)
    assert set(alive) == ids, (moment, alive, ids)
    held = {holder: value for kind, value, holder in leases(platform) if kind == "port"}
    assert {one.replace("-", "") for one in ids} == set(held), (moment, held)
    ports = {engine.id.replace("-", ""): str(engine.get()["port"]) for engine in running}
    assert ports == held, moment
    for engine in engines:
        if engine.id not in ids:
            assert engine.get()["status"] == "stopped"
            assert engine.delete().status_code == 200
    return running


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
