"""deidentify:test without the layers of a page: what is plainly right is answered here.

Everything else (a refusal, a bad body, a large one, a browser's session) goes to Django's view with
its body, so that there is one place that says no.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from core.accounts.actor import Actor
from core.accounts.asgi_actor import actor_of_scope
from core.accounts.limits import WriteThrottle
from core.accounts.models import Scope
from core.asgi.asgi_threads import in_thread
from core.asgi.request_guard import Application, Message, Receive, Send
from core.errors import PlatformError
from deid import selectors, services
from deid.api.serializers import DeidentifySerializer
from deid.api.shape import answer_of
from deid.engine.recognition.lac.tagger import tagger
from deid.models import PolicyVersion
from deid.presidio import analyzer

PATH = "/api/v1/deidentify:test"
LARGEST = 64 * 1024
DECIDING = {b"authorization", b"host", b"origin", b"sec-fetch-site", b"x-forwarded-proto"}
REMEMBERED_SECONDS = 1.0
_recent: dict[Hashable, tuple[float, tuple[Actor, PolicyVersion]]] = {}
HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"private, no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]


class Fast:
    """An ASGI application before Django's, for one path."""

    def __init__(self, django: Application) -> None:
        self._django = django

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if not _is_plain(scope):
            await self._django(scope, receive, send)
            return
        messages = await _read(receive)
        body = b"".join(message.get("body", b"") for message in messages)
        answer = await in_thread(_answer, scope, body)
        if answer is None:
            await self._django(scope, _replayed(messages, receive), send)
            return
        length = (b"content-length", str(len(answer)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
        await send({"type": "http.response.body", "body": answer})


def warm() -> None:
    """Load everything that the first request would wait for."""
    cores = min(os.cpu_count() or 1, 4)
    if cores > 1:
        tagger().pool = ThreadPoolExecutor(cores, thread_name_prefix="lac")
    analyzer().analyze("张三的手机号是13800138000", "zh")


def _is_plain(scope: Any) -> bool:
    if scope["path"] != PATH or scope["method"] != "POST":
        return False
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    return (
        b"cookie" not in headers
        and headers.get(b"content-type", b"").partition(b";")[0].strip() == b"application/json"
        and length.isdigit()
        and int(length) <= LARGEST
    )


async def _read(receive: Receive) -> list[Message]:
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


def _replayed(messages: list[Message], receive: Receive) -> Receive:
    left = list(messages)

    async def again() -> Message:
        return left.pop(0) if left else await receive()

    return again


def _answer(scope: Any, body: bytes) -> bytes | None:
    """The answer, or None: let Django find out what is to be said."""
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        return None
    serializer = DeidentifySerializer(data=values)
    if not serializer.is_valid():
        return None
    values = serializer.validated_data
    found = _admitted(scope, values)
    if found is None or not _may(found[0]):
        return None
    actor, version = found
    try:
        answer = answer_of(values, version, services.texts_test(actor, version, values))
    except PlatformError:
        return None
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _admitted(scope: Any, values: dict[str, Any]) -> tuple[Actor, PolicyVersion] | None:
    """Who asks for which policy. A caller of a moment ago is not looked up again: so a token that
    is revoked, or a policy that is no longer shared, still counts for REMEMBERED_SECONDS."""
    slug, name = values.get("policy_id"), values.get("policy_version") or None
    headers = tuple((key, value) for key, value in scope["headers"] if key in DECIDING)
    key = (scope["client"][0], scope.get("scheme"), tuple(scope["server"]), headers, slug, name)
    known = _recent.get(key)
    if known is not None and time.monotonic() - known[0] < REMEMBERED_SECONDS:
        return known[1]
    actor = actor_of_scope(scope)
    if actor is None:
        return None
    try:
        version = selectors.version_for(actor, slug, name)
    except PlatformError:
        return None
    if len(_recent) > 1000:
        _recent.clear()
    _recent[key] = (time.monotonic(), (actor, version))
    return actor, version


class _Request:
    """What a throttle asks of a request."""

    method = "POST"

    def __init__(self, actor: Actor) -> None:
        self.user = actor.user


def _may(actor: Actor) -> bool:
    if actor.token is not None and Scope.DEID not in actor.token.scopes:
        return False
    return WriteThrottle("deid").allow_request(_Request(actor), None)
