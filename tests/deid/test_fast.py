"""The short way of deidentify:test says the same as the long one, and lets nobody else in."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from tests.conftest import GuardedPlatform
from tests.support.live_platform import LivePlatform

pytestmark = pytest.mark.processes
PATH = "/api/v1/deidentify:test"
BODY = {"text": ["张三的手机号是13800138000"], "options": {"return_mapping": True, "seed": 7}}


def test_both_ways_give_one_answer(shared_platform: LivePlatform) -> None:
    fast = httpx.post(f"{shared_platform.url}{PATH}", json=BODY)
    slow = httpx.post(f"{shared_platform.url}{PATH}", json=BODY, headers={"Cookie": "a=b"})
    assert fast.status_code == slow.status_code == 200 and fast.json() == slow.json()
    for name in ("content-type", "x-content-type-options", "cache-control"):
        assert fast.headers[name] == slow.headers[name]


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Origin": "https://evil.example"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403),
     ({"Host": "evil.example"}, 400), ({"Content-Type": "text/plain"}, 415)],
)  # fmt: skip
def test_what_a_foreign_page_could_send_is_refused(
    shared_platform: LivePlatform, headers: dict[str, str], status: int
) -> None:
    sent = {"Content-Type": "application/json", **headers}
    answer = httpx.post(f"{shared_platform.url}{PATH}", content=b'{"text": ["x"]}', headers=sent)
    assert answer.status_code == status


def test_a_token_needs_the_scope_and_dies_with_its_revocation(
    guarded_platform: GuardedPlatform,
) -> None:
    live = guarded_platform.live

    def ask(token: str | None) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.post(f"{live.url}{PATH}", json=BODY, headers=headers)

    owner = {"Authorization": f"Token {guarded_platform.tokens['data scientist']}"}
    made = {}
    for scope in ("read", "deid"):
        body = {"name": f"{scope} only", "scopes": [scope]}
        made[scope] = httpx.post(f"{live.url}/api/v1/tokens", json=body, headers=owner).json()
    assert ask(None).status_code == 401
    assert ask("llmp_wrong").status_code == 401
    assert ask(made["read"]["token"]).status_code == 403
    assert ask(made["deid"]["token"]).status_code == 200
    gone = httpx.delete(f"{live.url}/api/v1/tokens/{made['deid']['id']}", headers=owner)
    assert gone.status_code == 200
    time.sleep(1.1)
    assert ask(made["deid"]["token"]).status_code == 401
