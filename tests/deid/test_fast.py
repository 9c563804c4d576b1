"""The short way of deidentify:test says the same as the long one.

Whom it lets in is tested with the door's (tests/accounts/test_admission.py).
"""

from __future__ import annotations

import httpx
import pytest

from tests.support.live_platform import LivePlatform

pytestmark = pytest.mark.processes
PATH = "/api/v1/deidentify:test"
BODY = {"text": ["张三的手机号是13800138000"], "options": {"return_mapping": True, "seed": 7}}


def test_both_ways_give_one_answer(shared_platform: LivePlatform) -> None:
    fast = httpx.post(f"{shared_platform.url}{PATH}", json=BODY)
    slow = httpx.post(f"{shared_platform.url}{PATH}", json=BODY, headers={"Cookie": "a=b"})
    assert fast.status_code == slow.status_code == 200 and fast.json() == slow.json()
    # Else it would prove nothing: only the short way says so.
    assert (fast.headers.get("server-timing"), slow.headers.get("server-timing")) == ("short", None)
    for name in ("content-type", "x-content-type-options", "cache-control"):
        assert fast.headers[name] == slow.headers[name]
