"""A limit holds however many ask at the same moment."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.conftest import GuardedPlatform

pytestmark = pytest.mark.processes
TOKENS_AN_HOUR = 30  # RATE_LIMIT_TOKEN


def test_of_many_at_once_no_more_than_the_limit_come_through(
    guarded_platform: GuardedPlatform,
) -> None:
    live = guarded_platform.live
    password = f"{live.folder}/password"
    live.manage("createadmin", "hasty", "--role", "viewer", "--password-file", password)
    token = live.manage("createtoken", "hasty", "hasty").strip()

    def make(number: int) -> int:
        body = {"name": f"n{number}", "scopes": ["read"]}
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{live.url}/api/v1/tokens"
        return httpx.post(url, json=body, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(16) as pool:
        answers = Counter(pool.map(make, range(45)))
    assert answers == {201: TOKENS_AN_HOUR, 429: 45 - TOKENS_AN_HOUR}
