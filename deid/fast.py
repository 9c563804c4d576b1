"""deidentify:test without the layers of a page: what is plainly right is answered here.

Everything else (a refusal, a bad body, a large one, a browser's session) goes to Django's view with
its body, so that there is one place that says no.
"""

from __future__ import annotations

import json
import os
from typing import Any

from core.accounts.actor import Actor
from core.accounts.asgi_actor import admit
from core.accounts.limits import WriteThrottle
from core.accounts.models import Scope
from core.asgi.asgi_threads import Threads
from core.asgi.json_answer import send_json
from core.asgi.request_guard import Application, Message, Receive, Send, detail
from core.errors import PlatformError, Unavailable
from deid import selectors, services
from deid.api.serializers import DeidentifySerializer
from deid.api.shape import answer_of
from deid.engine.recognition.engine import analyse
from deid.engine.recognition.lac.tagger import tagger
from deid.models import PolicyVersion

PATH = "/api/v1/deidentify:test"
LARGEST = 64 * 1024
TOLD = (b"server-timing", b"short")  # tells a reader which way it went
# Chats are let in by other threads: a burst of long texts here does not make them wait.
threads = Threads("deid", workers=4, waiting=200)


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
        try:
            answer = await threads.run(_answer, scope, body)
        except Unavailable as error:  # not handed on either: Django would be as busy with it
            more = [TOLD, (b"retry-after", b"1")]
            await send_json(send, error.status, detail(error.message), more)
            return
        if answer is None:
            await self._django(scope, _replayed(messages, receive), send)
            return
        await send_json(send, 200, answer, [TOLD])


def load() -> None:
    """Load what web processes may share, before they are forked: nothing that starts a thread.

    The network is not: 30 MB in each process and a fifth of a second, at its first Chinese text.
    """
    tagger().threads = min(os.cpu_count() or 1, 4)
    analyse(["13800138000"])  # without words it asks no network


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
    if found is None or not WriteThrottle("deid").allow_request(_Request(found[0]), None):
        return None
    actor, version = found
    try:
        answer = answer_of(values, version, services.texts_test(actor, version, values))
    except PlatformError:
        return None
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _admitted(scope: Any, values: dict[str, Any]) -> tuple[Actor, PolicyVersion] | None:
    """Who asks for which policy. A policy that is no longer shared counts for as long as the
    admission does, as a token that is revoked."""
    slug, name = values.get("policy_id"), values.get("policy_version") or None
    try:
        admission = admit(scope, [Scope.DEID])
        version = admission.once(
            (PolicyVersion, slug, name),
            lambda: selectors.version_for(admission.actor, slug, name),
        )
    except PlatformError:
        return None
    return admission.actor, version


class _Request:
    """What a throttle asks of a request."""

    method = "POST"

    def __init__(self, actor: Actor) -> None:
        self.user = actor.user
