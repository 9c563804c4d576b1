"""Server-sent events of a log that grows: text, status, end. Resumes from `Last-Event-ID`.

The id of an event is the byte offset after its text, so a viewer that comes back, to this
server or to a new one, goes on where it was. Format: HTML Living Standard, section 9.2.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from asgiref.sync import sync_to_async
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.stream_access import event_stream, stream_actor
from core.errors import PlatformError
from core.execution.log_feed import Feed, Source, Status, watch
from core.execution.log_stream import BURST, event, log_events
from core.execution.run_folder import RunFolder

HEARTBEAT = 15.0
RIGHTS_CHECK = 10.0
RETRY_MS = 1000


async def live_log(
    request: HttpRequest, scope: str, find: Callable[[Actor], Source]
) -> HttpResponseBase:
    """The stream of what `find` finds; its refusals as JSON before it starts."""
    language = translation.get_language()
    try:
        actor = await sync_to_async(stream_actor)(request, scope)
        source = await sync_to_async(find)(actor)
    except PlatformError as error:
        return JsonResponse({"detail": error.message}, status=error.status)
    offset = _start(request, source.folder)
    if offset is None:
        detail = _("Last-Event-ID, offset and tail must be whole numbers of bytes")
        return JsonResponse({"detail": detail}, status=400)
    return event_stream(_stream(actor, source, offset, language))


def _start(request: HttpRequest, folder: RunFolder) -> int | None:
    raw = request.headers.get("Last-Event-ID") or request.GET.get("offset")
    tail = request.GET.get("tail")
    value = raw if raw is not None else tail if tail is not None else "0"
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        return None
    if raw is None and tail is not None:
        return max(0, folder.log_size() - int(tail))
    return int(value)


async def _stream(
    actor: Actor, source: Source, offset: int, language: str | None
) -> AsyncIterator[bytes]:
    yield f"retry: {RETRY_MS}\n\n".encode()
    feed, _place = watch(source, language)
    await feed.renew()
    view = _View(feed, source, offset, language)
    beat = asked = time.monotonic()
    while not feed.is_closed:
        if time.monotonic() - asked > RIGHTS_CHECK:
            asked = time.monotonic()
            if not await feed.rights.hold(actor):
                return
        # Both before the log is looked at: what comes meanwhile is the next turn's.
        news, is_over = feed.news, feed.is_over
        async for data in view.new():
            beat = time.monotonic()
            yield data
        if not view.has_all:
            continue
        if is_over:
            yield event("end", {"offset": view.offset})
            return
        if time.monotonic() - beat > HEARTBEAT:
            beat = time.monotonic()
            yield b": still here\n\n"
        await news.wait()


class _View:
    """How far one viewer is: reads the past by itself, and takes what comes from the feed."""

    def __init__(self, feed: Feed, source: Source, offset: int, language: str | None) -> None:
        self.offset = offset
        self.has_all = False  # of what the feed has read
        self._feed, self._log, self._language = feed, source.folder.log, language
        self._status: Status | None = None
        self._next: int | None = None  # the feed's part that begins at our offset

    async def new(self) -> AsyncIterator[bytes]:
        """What the viewer has not got yet."""
        status = self._feed.status
        if status is not None and status != self._status:
            self._status = status
            yield event("status", status)
        parts = self._feed.after(self._next) if self._next is not None else None
        if parts is None:
            async for data in self._past():
                yield data
        elif parts:
            self.offset, self._next = parts[-1].end, self._feed.count
            yield b"".join(part.event for part in parts)

    async def _past(self) -> AsyncIterator[bytes]:
        """To where the feed is; a viewer beyond that place waits for it."""
        self._next = None
        target, count, read = self._feed.position, self._feed.count, 0
        for data, after in log_events(self._log, self.offset, self._language, target):
            yield data
            self.offset, read = after, read + 1
            await asyncio.sleep(0)
        self.has_all = read < BURST
        if self.offset == target:
            self._next, self.has_all = count, True
