"""Who is let in beside Django: the same people as by the REST API, and nobody in their name."""

from __future__ import annotations

import json
import random
import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from core.accounts import asgi_actor
from core.accounts.actor import Actor
from core.accounts.asgi_actor import SAYS_NOTHING, Admission, Refused, admit, admitted
from core.accounts.models import ApiToken
from core.accounts.roles import Role, role_set
from core.accounts.tokens import token_create
from core.asgi.recent import Recent
from deid import fast
from deployments.door import access
from tests.support.asgi import scope_of

pytestmark = pytest.mark.django_db
BODY = {"text": ["张三的手机号是13800138000"], "options": {"return_mapping": True, "seed": 7}}
DATA = json.dumps(BODY).encode()
WAYS = {
    "plain": {},
    "another name of this machine": {"headers": {"Host": "127.0.0.1"}},
    "a rebound name": {"headers": {"Host": "evil.example"}},
    "a foreign page": {"headers": {"Origin": "https://evil.example"}},
    "no page at all": {"headers": {"Origin": "null"}},
    "its own page": {"headers": {"Origin": "http://localhost"}},
    "a foreign page by its metadata": {"headers": {"Sec-Fetch-Site": "cross-site"}},
    "a sister site": {"headers": {"Sec-Fetch-Site": "same-site"}},
    "another machine": {"client": "203.0.113.9"},
}


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    asgi_actor.forget()


@pytest.fixture
def tokens(alice: User, bob: User, settings: Any) -> dict[str, str | None]:
    """What people may send as their key."""
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "deid": "100000/minute"}
    made: dict[str, str | None] = {"nothing": None, "a guess": "llmp_" + "x" * 43, "a word": "none"}
    for scope in ("deid", "inference", "read"):
        made[scope] = token_create(actor=Actor(alice, ""), name=scope, scopes=[scope], days=1)[1]
    expired, made["expired"] = token_create(
        actor=Actor(alice, ""), name="e", scopes=["deid"], days=1
    )
    ApiToken.objects.filter(pk=expired.pk).update(expiry=timezone.now() - timedelta(seconds=1))
    made["of one without a role"] = token_create(
        actor=Actor(bob, ""), name="b", scopes=["deid", "inference"], days=1
    )[1]
    role_set(bob, Role.NONE)
    return made


def scope(token: str | None, path: str = fast.PATH, **way: Any) -> dict[str, Any]:
    key = {"Authorization": f"Bearer {token}"} if token else {}
    return scope_of(path, **{**way, "headers": {**way.get("headers", {}), **key}})


def by_django(asked: dict[str, Any]) -> Any:
    """The same request through every middleware."""
    headers = {name.decode(): value.decode() for name, value in asked["headers"]}
    return Client().generic(
        asked["method"], asked["path"], DATA, "application/json", headers=headers,
        secure=asked["scheme"] == "https", REMOTE_ADDR=asked["client"][0],
    )  # fmt: skip


def knows(answer: Any) -> bool:
    """Whether a refusal, if it is one, is only of the scope: for somebody who is known."""
    return answer.status_code not in (301, 400, 401, 403) or b"lacks the scope" in answer.content


def door_lets_in(asked: dict[str, Any]) -> bool:
    try:
        return access._enter(asked, False) is not None
    except Refused:
        return False


@pytest.mark.parametrize("mode", ["required", "open"])
@pytest.mark.parametrize("way", WAYS)
def test_both_ways_give_one_answer(
    tokens: dict[str, str | None], settings: Any, mode: str, way: str
) -> None:
    settings.PLATFORM_AUTH = mode
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    answered = let_in = 0
    few = ("nothing", "a word", "deid", "inference")
    for token in [tokens[name] for name in (tokens if way == "plain" else few)]:
        short = fast._answer(scope(token, **WAYS[way]), DATA)
        whole = by_django(scope(token, **WAYS[way]))
        assert (short is not None) == (whole.status_code == 200), (token, whole.content)
        if short is not None:
            answered += 1
            assert json.loads(short) == whole.json()
        # The door asks another scope, and in open mode takes any key for none.
        asked = scope(token, "/v1/chat/completions", **WAYS[way])
        is_word = mode == "open" and token == "none"
        rest = by_django(scope(None if is_word else token, "/api/v1/deployments", **WAYS[way]))
        expected = knows(rest) and token not in (tokens["read"], tokens["deid"])
        assert door_lets_in(asked) == expected, (token, rest.content)
        let_in += expected
    welcome = way in ("plain", "another name of this machine", "its own page")
    welcome = welcome or (way == "another machine" and mode == "required")
    assert (answered > 0, let_in > 0) == (welcome, welcome)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_token_does_not_travel_in_the_clear(
    tokens: dict[str, str | None], settings: Any, required: None, scheme: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = fast._answer(scope(tokens["deid"], scheme=scheme), DATA)
    assert (answer is not None) == (scheme == "https")
    asked = scope(tokens["inference"], "/v1/models", scheme=scheme)
    assert door_lets_in(asked) == (scheme == "https")
    status = by_django(scope(tokens["deid"], scheme=scheme)).status_code
    assert status == (200 if scheme == "https" else 301)


def test_what_changes_counts_after_a_second(
    tokens: dict[str, str | None], required: None, alice: User
) -> None:
    asked = scope(tokens["deid"])
    first = admit(asked, ["deid"])
    assert admitted(asked, ["deid"]) is first
    assert admitted(asked, ["inference"]) is None
    ApiToken.objects.filter(name="deid").delete()
    assert admit(asked, ["deid"]) is first
    with pytest.raises(Refused, match="unknown or has expired"):
        admit(asked, ["deid"], afresh=True)
    time.sleep(asgi_actor.ADMITTED_SECONDS)
    assert admitted(asked, ["deid"]) is None
    assert fast._answer(asked, DATA) is None
    asked = scope(tokens["inference"], "/v1/models")
    assert door_lets_in(asked)
    role_set(alice, Role.NONE)
    time.sleep(asgi_actor.ADMITTED_SECONDS)
    assert not door_lets_in(asked)


def test_nobody_gets_what_another_was_given(tokens: dict[str, str | None], required: None) -> None:
    """Change anything of a request that was let in: it is asked for anew."""
    seed = random.randrange(10**6)
    print("seed", seed)
    rng = random.Random(seed)
    names = [
        "Authorization", "Host", "Origin", "Sec-Fetch-Site", "Content-Type", "Accept-Language",
        "Cookie", "X-Forwarded-Proto", "X-Forwarded-For", "X-Forwarded-Host", "Forwarded",
        "X-Of-Tomorrow",
    ]  # fmt: skip
    known = scope(tokens["deid"])
    assert admit(known, ["deid"])
    for _ in range(300):
        asked = {**known, "headers": list(known["headers"])}
        what = rng.randrange(4)
        if what == 0:  # another value, one more, or none at all
            name = rng.choice(names).lower().encode()
            asked["headers"] = [pair for pair in asked["headers"] if pair[0] != name]
            if rng.random() < 0.7 or asked["headers"] == known["headers"]:
                asked["headers"].append((name, bytes(rng.choices(range(33, 127), k=5))))
        elif what == 1:
            asked["client"] = (f"10.0.0.{rng.randrange(256)}", 1)
        elif what == 2:
            asked["server"] = (f"10.0.0.{rng.randrange(256)}", 1)
        else:
            asked |= rng.choice([{"scheme": "https"}, {"method": "PUT"}, {"server": None}])
        assert admitted(asked, ["deid"]) is None, asked
    for name in SAYS_NOTHING:  # and what differs with every request of one client is no matter
        asked = {**known, "headers": [*known["headers"], (name, b"x")], "client": ("127.0.0.1", 9)}
        assert admitted(asked, ["deid"]) is not None, name


def test_what_is_remembered_is_bounded_and_the_oldest_goes_first() -> None:
    recent: Recent[int, str] = Recent(size=3, seconds=60)
    now = time.monotonic()
    for key in range(5):
        recent.put(key, str(key), since=now)
    assert [recent.get(key) for key in range(5)] == [None, None, "2", "3", "4"]
    recent.put(2, "again", since=now)
    recent.put(5, "5", since=now)
    assert [recent.get(key) for key in (2, 3, 5)] == ["again", None, "5"]
    recent.put(6, "late", since=now - 61)  # looked up long before it was kept
    assert recent.get(6) is None and len(recent) == 3


def test_what_is_looked_up_for_an_admission_is_looked_up_once(alice: User) -> None:
    admission = Admission(Actor(alice, "token"), "en")
    found = [admission.once("a", lambda: object()) for _ in range(2)]
    assert found[0] is found[1] is admission.note("a")
