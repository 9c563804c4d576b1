"""kill -9 of anything at any moment, amid what people ask for: nothing lost, doubled or left.

KILL_SEED and KILL_MOMENTS in the environment ask for another storm and for another length.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.support.deployments import declared_gpus, engine_environment
from tests.support.kills.settle import judge
from tests.support.kills.storm import OURS, THEIRS, Storm
from tests.support.live_platform import LivePlatform

pytestmark = pytest.mark.processes
SEED = int(os.environ.get("KILL_SEED", "20261127"))
SETTINGS = {
    "DEPLOY_RESTART_BACKOFF": "0.3",
    "DEPLOY_MAX_RESTARTS": "1000",
    "DEPLOY_TERMINATE_TIMEOUT": "3",
    "RUN_STOP_GRACE": "2",
    "DEID_PROCESSES": "2",
}


def moments(usual: int) -> int:
    """How many kills."""
    return int(os.environ.get("KILL_MOMENTS", usual))


def rage(storm: Storm, count: int) -> None:
    """Every kind of kill in a random order, again and again."""
    print(f"seed {storm.seed}, {count} kills")
    order = random.Random(storm.seed)
    kinds: list[str] = []
    while len(kinds) < count:
        kinds += order.sample([*OURS, *THEIRS], len(OURS) + len(THEIRS))
    storm.prepare()
    for kind in kinds[:count]:
        storm.wave(kind)


@pytest.mark.timeout(900)
def test_nothing_is_lost_doubled_or_left_on_this_host(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    folder.mkdir()
    gpus = {"GPU_INVENTORY": declared_gpus(folder, 6)}
    platform = LivePlatform(folder, **engine_environment(folder, **SETTINGS, **gpus))
    platform.start()
    try:
        storm = Storm(platform, SEED)
        rage(storm, moments(40))
        judge(storm)
    finally:
        platform.stop()
