"""The ASGI application under /v1: OpenAI's endpoints (OpenAI API reference), all engines behind.

It stands beside Django, not behind its middleware: a chat's first token should not wait for
sessions, CSRF and templates that no client of this API has.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from core.accounts.asgi_actor import language_of
from core.asgi.client import while_client_waits
from core.asgi.request_guard import Message, Receive, Send
from core.errors import PlatformError
from deployments.door.access import Visit, enter, recent
from deployments.door.errors import DoorError, door_error
from deployments.door.relay import Relay
from deployments.door.targets import Target, targets_of
from deployments.door.trace import passed_back, passed_on
from deployments.models import Deployment

POSTS = {"/v1/chat/completions", "/v1/completions", "/v1/embeddings"}
MODELS = "/v1/models"
HEADERS = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),
]
Headers = list[tuple[bytes, bytes]]


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


async def door(scope: Any, receive: Receive, send: Send) -> None:
    """One request."""
    try:
        await _route(scope, receive, send)
    except (DoorError, PlatformError) as refusal:
        with translation.override(language_of(scope)):
            error = door_error(refusal)
        extra = [(b"retry-after", str(error.retry_after).encode())] if error.retry_after else []
        if error.status == 401:
            extra.append((b"www-authenticate", b"Bearer"))
        await _send_whole(send, error.status, error.body(), extra)
    except ClientGone:
        return


async def _route(scope: Any, receive: Receive, send: Send) -> None:
    path = tidy(scope["path"])
    models = path == MODELS or path.startswith(f"{MODELS}/")
    if (not models and path not in POSTS) or scope["method"] != ("GET" if models else "POST"):
        with translation.override(language_of(scope)):
            raise _no_way(path, scope["method"], known=models or path in POSTS)
    if models:
        visit = await enter(scope)
        await _send_whole(send, 200, _models(visit, _name_in(scope["path"])))
    else:
        await _chat(scope, path, receive, send)


def _no_way(path: str, method: str, *, known: bool) -> DoorError:
    if not known:
        message = _("Unknown path: %(path)s") % {"path": path[:200]}
        return DoorError(404, message, code="unknown_path")
    return DoorError(405, _("Method not allowed: %(method)s") % {"method": method}, code="method")


async def _chat(scope: Any, path: str, receive: Receive, send: Send) -> None:
    # The body is read while the database is asked.
    body_read = asyncio.ensure_future(_body(receive))
    body_read.add_done_callback(lambda read: read.cancelled() or read.exception())
    try:
        visit = recent(scope) or await enter(scope)
        with translation.override(visit.language):
            body = _document(await body_read)
    finally:
        body_read.cancel()
    with translation.override(visit.language):
        targets = targets_of(visit.served, body["model"], visit.actor.user)
        if not targets:
            visit = await enter(scope, afresh=True)  # it may have become healthy just now
            targets = targets_of(visit.served, body["model"], visit.actor.user)
        if not targets:
            raise _no_engine(visit, body["model"])
        relay = Relay(visit.actor, body["model"], path, body, passed_on(scope))
        await _generate(relay, targets, receive, send, passed_back(scope))


def tidy(path: str) -> str:
    """The path without doubled or closing slashes, which base URLs come with."""
    return re.sub("/+", "/", path).rstrip("/")


def _name_in(path: str) -> str:
    """What follows `models/`: a name may be a path, whose own slashes count."""
    return path.partition("models")[2].removeprefix("/").rstrip("/")


def _models(visit: Visit, name: str) -> bytes:
    entries: dict[str, dict[str, Any]] = {}
    for one in visit.served:
        mine = one.deployment.owner_id == visit.actor.user.pk
        for known in one.names:
            if known not in entries or mine:
                entries[known] = _entry(known, one.deployment)
    if not name:
        listing = {"object": "list", "data": list(entries.values())}
        return json.dumps(listing, ensure_ascii=False).encode()
    found = entries.get(name) or entries.get(f"/{name}")  # clients take a slash off
    if found is None:
        raise _no_engine(visit, name)
    return json.dumps(found, ensure_ascii=False).encode()


def _entry(name: str, deployment: Deployment) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": int(deployment.started_at.timestamp()),
        "owned_by": deployment.owner.username if deployment.owner else "llm-platform",
    }


def _no_engine(visit: Visit, name: str) -> DoorError:
    """No such name; or none of its engines can be reached, as nobody knows where they are."""
    names = sorted({known for one in visit.served for known in one.names})
    with translation.override(visit.language):
        if name in names:
            message = _("No engine that serves %(model)s can be reached") % {"model": name}
            return DoorError(503, message, code="unavailable", param="model")
        message = _("No running model is named %(name)s; there are: %(names)s") % {
            "name": name[:200],
            "names": ", ".join(names[:20]) or "–",
        }
    return DoorError(404, message, code="model_not_found", param="model")


async def _body(receive: Receive) -> bytes:
    """All of it; the guard before the door sees to its size."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _document(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DoorError(400, _("The body is not JSON"), code="invalid_json") from error
    if not isinstance(document, dict):
        raise DoorError(400, _("The body must be an object"), code="invalid_json")
    if not isinstance(document.get("model"), str) or not document["model"]:
        raise DoorError(
            400, _("model must be the name of a model"), code="missing_model", param="model"
        )
    return document


async def _generate(
    relay: Relay, targets: list[Target], receive: Receive, send: Send, extra: Headers
) -> None:
    # The engine is let go before this request is over.
    await while_client_waits(_answer(relay, targets, send, extra), receive)


async def _answer(relay: Relay, targets: list[Target], send: Send, extra: Headers) -> None:
    answer = await relay.open(targets)
    said = {"content-type": answer.content_type, **answer.passed_back}
    own = [
        (name.lower().encode(), text.encode("latin-1", "replace")) for name, text in said.items()
    ]
    start: Message = {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [*own, *HEADERS, *extra],
    }
    parts = relay.parts()
    try:
        await send(start)
        async for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        await parts.aclose()  # type: ignore[attr-defined] # an async generator
        await relay.close()


async def _send_whole(send: Send, status: int, body: bytes, extra: Headers | None = None) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *HEADERS,
        *(extra or []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
