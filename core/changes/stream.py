"""Server-sent events of a page: `changed`, with a version, whenever to ask for its parts again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import suppress

from asgiref.sync import sync_to_async
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from core.accounts.actor import Actor
from core.accounts.stream_access import event_stream, stream_actor
from core.asgi.watched import Viewer
from core.changes.watch import Kind, Topic, watch
from core.errors import PlatformError
from core.execution.log_stream import event

HEARTBEAT = 15.0
RIGHTS_CHECK = 10.0
TICK = 5.0  # who hears no news wakes so often to look at rights and say it is here
NOT_OFTENER = 3.0  # seconds between two `changed`: a page is asked for no oftener
RETRY_MS = 3000


async def changes(
    request: HttpRequest, kind: Kind, find: Callable[[Actor], Hashable]
) -> HttpResponseBase:
    """The stream of the thing whose key `find` finds; its refusals as JSON before it starts."""
    try:
        actor = await sync_to_async(stream_actor)(request, kind.scope)
        key = await sync_to_async(find)(actor)
        topic, viewer = watch(kind, key)
    except PlatformError as error:
        return JsonResponse({"detail": error.message}, status=error.status)
    return event_stream(_stream(actor, topic, viewer))


async def _stream(actor: Actor, topic: Topic, _place: Viewer) -> AsyncIterator[bytes]:
    yield f"retry: {RETRY_MS}\n\n".encode()
    told: str | None = None
    beat = asked = time.monotonic()
    while not topic.is_closed:
        now = time.monotonic()
        if now - asked > RIGHTS_CHECK:
            asked = now
            if not await topic.rights.hold(actor):
                return
        news = topic.news  # before the version is looked at: what comes meanwhile is not missed
        if topic.version != told:
            told, beat = topic.version, now
            yield event("changed", {"version": told})
            await asyncio.sleep(NOT_OFTENER)
            continue
        if now - beat > HEARTBEAT:
            beat = now
            yield b": still here\n\n"
        with suppress(TimeoutError):
            await asyncio.wait_for(news.wait(), TICK)
