"""A limit holds however many ask at the same moment."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.support.live_platform import LivePlatform

pytestmark = pytest.mark.processes
AN_HOUR = 5


def test_of_many_at_once_no_more_than_the_limit_come_through(tmp_path: Path) -> None:
    platform = LivePlatform(tmp_path / "live", RATE_LIMIT_TOKEN=f"{AN_HOUR}/hour", WEB_WORKERS="2")
    platform.manage("prepare")
    platform.start("web")

    def make(number: int) -> int:
        body = {"name": f"n{number}", "scopes": ["read"]}
        return httpx.post(f"{platform.url}/api/v1/tokens", json=body, timeout=60).status_code

    try:
        with ThreadPoolExecutor(16) as pool:
            answers = Counter(pool.map(make, range(24)))
    finally:
        platform.stop()
    assert answers == {201: AN_HOUR, 429: 24 - AN_HOUR}
