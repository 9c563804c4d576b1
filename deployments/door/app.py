"""The ASGI application under /v1: OpenAI's endpoints (OpenAI API reference), all engines behind.

It stands beside Django, not behind its middleware: a chat's first token should not wait for
sessions, CSRF and templates that no client of this API has.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.asgi.asgi_threads import in_thread
from core.asgi.request_guard import Message, Receive, Send
from deployments.door.access import Admission, admit, recent
from deployments.door.errors import DoorError
from deployments.door.relay import Relay
from deployments.door.targets import targets_of
from deployments.models import Deployment

POSTS = {"/v1/chat/completions", "/v1/completions", "/v1/embeddings"}
MODELS = "/v1/models"
HEADERS = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),
]
logger = logging.getLogger(__name__)


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


async def door(scope: Any, receive: Receive, send: Send) -> None:
    """One request."""
    try:
        await _route(scope, receive, send)
    except DoorError as error:
        extra = [(b"retry-after", str(error.retry_after).encode())] if error.retry_after else []
        if error.status == 401:
            extra.append((b"www-authenticate", b"Bearer"))
        await _send_whole(send, error.status, error.body(), extra)
    except ClientGone:
        return


async def _route(scope: Any, receive: Receive, send: Send) -> None:
    path, method = scope["path"], scope["method"]
    models = path == MODELS or path.startswith(f"{MODELS}/")
    if not models and path not in POSTS:
        raise DoorError(404, f"Unknown path: {path[:200]}", code="unknown_path")
    if method != ("GET" if models else "POST"):
        raise DoorError(405, f"Method not allowed: {method}", code="method")
    if models:
        admission = await in_thread(admit, scope)
        await _send_whole(send, 200, _models(admission, path.removeprefix(MODELS).strip("/")))
        return
    # The body is read while the database is asked.
    body_read = asyncio.ensure_future(_body(receive))
    try:
        admission = recent(scope) or await in_thread(admit, scope)
        body = _document(await body_read)
    finally:
        body_read.cancel()
    with translation.override(admission.language):
        if not targets_of(admission.served, body["model"], admission.actor.user):
            admission = await in_thread(admit, scope)  # it may have become healthy just now
        await _generate(admission, path, body, receive, send)


def _models(admission: Admission, name: str) -> bytes:
    entries: dict[str, dict[str, Any]] = {}
    for one in admission.served:
        mine = one.deployment.owner_id == admission.actor.user.pk
        for known in one.names:
            if known not in entries or mine:
                entries[known] = _entry(known, one.deployment)
    if not name:
        listing = {"object": "list", "data": list(entries.values())}
        return json.dumps(listing, ensure_ascii=False).encode()
    if name not in entries:
        raise _no_model(admission, name)
    return json.dumps(entries[name], ensure_ascii=False).encode()


def _entry(name: str, deployment: Deployment) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": int(deployment.started_at.timestamp()),
        "owned_by": deployment.owner.username if deployment.owner else "llm-platform",
    }


def _no_model(admission: Admission, name: str) -> DoorError:
    names = sorted({known for one in admission.served for known in one.names})
    with translation.override(admission.language):
        message = _("No running model is named %(name)s; there are: %(names)s") % {
            "name": name[:200],
            "names": ", ".join(names[:20]) or "–",
        }
    return DoorError(404, message, code="model_not_found", param="model")


async def _body(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        size += len(part)
        if size > settings.JSON_BODY_MAX_BYTES:
            raise DoorError(413, _("The body is too large"), code="too_large")
        parts.append(part)
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
    admission: Admission, path: str, body: dict[str, Any], receive: Receive, send: Send
) -> None:
    name = body["model"]
    targets = targets_of(admission.served, name, admission.actor.user)
    if not targets:
        raise _no_model(admission, name)
    relay = Relay(admission.actor, name, path, body)
    work = asyncio.ensure_future(_answer(relay, targets, send))
    gone = asyncio.ensure_future(_client_gone(receive))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
    finally:
        for task in (work, gone):
            task.cancel()
        # The engine is let go before this request is over.
        await asyncio.gather(work, gone, return_exceptions=True)


async def _client_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _answer(relay: Relay, targets: list[Any], send: Send) -> None:
    answer = await relay.open(targets)
    kind = answer.content_type.encode("latin-1", "replace")
    start: Message = {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [(b"content-type", kind), *HEADERS],
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


async def _send_whole(
    send: Send, status: int, body: bytes, extra: list[tuple[bytes, bytes]] | None = None
) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *HEADERS,
        *(extra or []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
