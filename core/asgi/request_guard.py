"""ASGI guard: refuses bodies over the limit before they are stored, and names a full disk."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

from core.files.uploads import FULL_DISK_ERRORS, STORAGE_FULL_MESSAGE, too_large

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]

MULTIPART_OVERHEAD = 64 * 1024  # boundaries, headers and small form fields beside the file
logger = logging.getLogger(__name__)


class BodyTooLarge(Exception):
    """More bytes came than any request may have."""


class RequestGuard:
    """Wraps an ASGI application; everything but HTTP passes untouched."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        limit = _limit(scope)
        scope = _with_length(scope, limit)
        if _content_length(scope) > limit:
            await _refuse(send, 413, str(too_large(settings.UPLOAD_MAX_BYTES)))
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.application(scope, _counted(receive, limit), watch)
        except BodyTooLarge:
            if not started:
                await _refuse(send, 413, str(too_large(settings.UPLOAD_MAX_BYTES)))
        except OSError as error:
            if started or error.errno not in FULL_DISK_ERRORS:
                raise
            logger.warning("no room on disk for a request body")
            await _refuse(send, 507, str(STORAGE_FULL_MESSAGE))


def _limit(scope: Any) -> int:
    content_type = dict(scope["headers"]).get(b"content-type", b"")
    if content_type.startswith(b"multipart/form-data"):
        return settings.UPLOAD_MAX_BYTES + MULTIPART_OVERHEAD
    return settings.JSON_BODY_MAX_BYTES


def _with_length(scope: Any, limit: int) -> Any:
    """Give a chunked request an upper bound as its length: without one Django reads no body."""
    names = {name for name, _value in scope["headers"]}
    if b"content-length" in names or b"transfer-encoding" not in names:
        return scope
    return {**scope, "headers": [*scope["headers"], (b"content-length", str(limit).encode())]}


def _content_length(scope: Any) -> int:
    try:
        return int(dict(scope["headers"]).get(b"content-length", b"0"))
    except ValueError:
        return 0


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                raise BodyTooLarge
        return message

    return counted


async def _refuse(send: Send, status: int, detail: str) -> None:
    body = json.dumps({"detail": detail}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
