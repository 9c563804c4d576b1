"""ASGI guard: refuses bodies over the limit before they are stored, and names a full disk."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from core.database_away import DATABASE_AWAY, DATABASE_AWAY_MESSAGE
from core.full_disk import FULL_DISK_ERRORS, STORAGE_FULL_MESSAGE

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]

logger = logging.getLogger(__name__)


class BodyTooLarge(Exception):
    """More bytes came than any request may have."""


@dataclass(frozen=True)
class Limit:
    """How large a request's body may be, and what is answered to a larger one."""

    most: int
    status: int
    answer: Callable[[], bytes]


def detail(text: object) -> bytes:
    """A refusal's body in the API's shape."""
    return json.dumps({"detail": str(text)}, ensure_ascii=False).encode()


class RequestGuard:
    """Wraps an ASGI application; everything but HTTP passes untouched."""

    def __init__(self, application: Application, limit_of: Callable[[Any], Limit]) -> None:
        self.application = application
        self.limit_of = limit_of

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        limit = self.limit_of(scope)
        scope = _with_length(scope, limit.most)
        if _content_length(scope) > limit.most:
            await _refuse(send, limit.status, limit.answer())
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.application(scope, _counted(receive, limit.most), watch)
        except BodyTooLarge:
            if not started:
                await _refuse(send, limit.status, limit.answer())
        except OSError as error:
            if started or error.errno not in FULL_DISK_ERRORS:
                raise
            logger.warning("no room on disk for a request body")
            await _refuse(send, 507, detail(STORAGE_FULL_MESSAGE))
        except DATABASE_AWAY as error:  # of what stands beside Django
            if started:
                raise
            logger.error("the database does not answer: %s", error)  # noqa: TRY400 - it says all
            await _refuse(send, 503, detail(DATABASE_AWAY_MESSAGE))


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


async def _refuse(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
