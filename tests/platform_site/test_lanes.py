"""Requests are answered by one of three stacks: by which, and that nobody can tell."""

from __future__ import annotations

import asyncio
import http.client
import inspect
import json
import re
import time
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import URLPattern, get_resolver

from core.accounts.actor import Actor
from core.accounts.tokens import token_create
from core.api.health import healthz_now
from core.asgi.asgi_threads import Threads
from core.asgi.sync_django import SyncDjango
from platform_site.lanes import STREAMS, Lanes
from tests.accounts.matrix import MATRIX, Line
from tests.conftest import Role, make_user
from tests.support.asgi import scope_of
from tests.support.live_platform import LivePlatform

pytestmark = pytest.mark.django_db
threads = Threads("test", workers=1, waiting=None)
PAGES = SyncDjango(settings.MIDDLEWARE, threads)
API = SyncDjango(settings.API_MIDDLEWARE, threads)
NOWHERE = "00000000-0000-4000-8000-000000000000"
STRANGE = [
    {"Host": "evil.example"},
    {"Host": "localhost:8000"},
    {"Origin": "http://evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Authorization": "Token llmp_" + "x" * 43},
    {"Authorization": "Basic eDp5"},
    {"Accept": "text/html"},
    {"Accept-Language": "en"},
    {"Content-Type": "text/plain"},
]


def answer_of(django: SyncDjango, line: Line, headers: dict[str, str], **scope: str) -> Any:
    """Status, headers and content, as they would be sent."""
    path = re.sub(r"{\w+}", NOWHERE, line.path)
    body = json.dumps(line.body).encode() if isinstance(line.body, dict) else b""
    sent = {"Content-Length": str(len(body)), **headers}
    asked = scope_of(path.partition("?")[0], line.method, headers=sent, **scope)
    asked["query_string"] = path.partition("?")[2].encode()
    with transaction.atomic():  # what is made for one is not there for the other
        _response, start, content = django._answer(asked, BytesIO(body))
        transaction.set_rollback(True)
    # A session that is looked for is told to caches; the parts of a policy come in any order.
    told = [
        (name, sorted(re.split(b"[;,] ", value)))
        for name, value in start["headers"]
        if name != b"Vary"
    ]
    return start["status"], sorted(told), content


def assert_same(slow: Any, quick: Any, told: str) -> None:
    """A refusal from among the middleware of pages lacks headers of those within it."""
    assert (slow[0], slow[2]) == (quick[0], quick[2]), told
    assert [one for one in slow[1] if one not in quick[1]] == [], told


def api_lines() -> list[Line]:
    """What the matrix has of the quick stack."""
    lanes = Lanes(pages="pages", api="api", streams="streams")  # type: ignore[arg-type]
    return [
        line
        for lines in MATRIX.values()
        for line in lines
        if lanes.lane_of(scope_of(line.path.partition("?")[0], line.method)) == "api"
    ]


@pytest.mark.parametrize("auth", ["open", "required"])
def test_a_call_without_a_cookie_is_answered_as_with_every_middleware(
    auth: str, settings: Any
) -> None:
    settings.PLATFORM_AUTH = auth
    people = [make_user(role.name.lower(), role) for role in (Role.VIEWER, Role.ADMIN)]
    keys = [
        token_create(actor=Actor(user, "session"), name="t", scopes=[scope], days=None)[1]
        for user in people
        for scope in ("read", "train")
    ]
    callers: list[dict[str, str]] = [{}, *STRANGE]
    callers += [{"Authorization": f"Bearer {key}"} for key in keys]
    lines = api_lines()
    assert len(lines) > 50
    for line in lines:
        for headers in callers if line.method == "GET" else callers[:5]:
            slow, quick = (answer_of(one, line, headers) for one in (PAGES, API))
            told = f"{line.method} {line.path} {headers}"
            assert slow[:1] == quick[:1], told
            if line.method == "GET" and b'"time"' not in (slow[2] or b""):
                assert_same(slow, quick, told)


def test_https_and_foreign_addresses_are_judged_alike(settings: Any) -> None:
    line = Line("GET", "/api/projects", (200,))
    for scope in ({"scheme": "https"}, {"client": "192.0.2.1"}, {"server": "192.0.2.1"}):
        slow, quick = (answer_of(one, line, {}, **scope) for one in (PAGES, API))
        assert_same(slow, quick, str(scope))
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    both = (settings.MIDDLEWARE, settings.API_MIDDLEWARE)
    secure = [SyncDjango(names, threads) for names in both]
    for scheme in ("http", "https"):
        slow, quick = (answer_of(one, line, {}, scheme=scheme) for one in secure)
        assert_same(slow, quick, scheme)
    assert any(name.lower() == b"strict-transport-security" for name, _value in quick[1])


def test_the_asynchronous_views_are_those_whose_paths_say_so() -> None:
    found = set()

    def walk(patterns: Any, before: str) -> None:
        for one in patterns:
            path = before + str(one.pattern)
            if not isinstance(one, URLPattern):
                walk(one.url_patterns, path)
            elif inspect.iscoroutinefunction(one.callback):
                found.add(path)

    walk(get_resolver().url_patterns, "/")
    assert found
    assert [path for path in found if not path.endswith(STREAMS)] == []


def test_which_stack_answers_what() -> None:
    lanes = Lanes(pages="pages", api="api", streams="streams")  # type: ignore[arg-type]
    told = {
        "/": "pages", "/api/projects": "api", "/api/docs": "pages", "/api/schema": "pages",
        "/api/projects/p/runs/r/events": "streams", "/deployments/x/chat/": "streams",
        "/static/css/app.css": "pages", "/admin/": "pages", "/apix": "pages",
    }  # fmt: skip
    for path, lane in told.items():
        assert lanes.lane_of(scope_of(path, "GET")) == lane, path
    cookie = {"Cookie": "sessionid=x"}
    assert lanes.lane_of(scope_of("/api/projects", "GET", headers=cookie)) == "pages"
    assert lanes.lane_of(scope_of("/healthz", "GET")) is healthz_now
    assert lanes.lane_of(scope_of("/healthz", "POST")) == "pages"


HOSTS = [("localhost", 200), ("[::1]:8000", 200), ("evil.example", 400), ("", 400)]


@pytest.mark.parametrize(("host", "status"), HOSTS)
def test_health_is_told_to_known_hosts(host: str, status: int) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def ask() -> None:
        await healthz_now(scope_of("/healthz", "GET", headers={"Host": host}), None, send)  # type: ignore[arg-type]

    asyncio.run(ask())
    assert sent[0]["status"] == status
    assert ("status" in json.loads(sent[1]["body"])) == (status == 200)


@pytest.mark.processes
def test_an_idle_connection_is_kept_for_the_next_request(shared_platform: LivePlatform) -> None:
    """A client that asks again after some seconds finds its connection still there."""
    connection = http.client.HTTPConnection("127.0.0.1", shared_platform.port, timeout=60)
    connection.connect()
    connection.auto_open = 0  # not a new one in its stead
    for pause in (0, 6):
        time.sleep(pause)
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        assert (answer.status, answer.read()[:9]) == (200, b'{"status"')
    connection.close()
