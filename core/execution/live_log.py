"""Server-sent events of a log that grows: text, status, end. Resumes from `Last-Event-ID`.

The id of an event is the byte offset after its text, so a viewer that comes back, to this
server or to a new one, goes on where it was. Format: HTML Living Standard, section 9.2.
"""

from __future__ import annotations

import asyncio
import codecs
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.stream_access import stream_actor
from core.errors import PlatformError
from core.execution.log_file import GAP, PLATFORM_PREFIX, read_log
from core.execution.run_folder import RunFolder
from training.scripts.trainer.strict_json import dumps

CHUNK = 64 * 1024
BURST = 64  # chunks in a row, before status and rights are looked at again
LOG_POLL = 0.3
STATUS_POLL = 1.0
HEARTBEAT = 15.0
RIGHTS_CHECK = 10.0
RETRY_MS = 1000
Status = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """What is shown: `key` is the same for all its viewers.

    `status` gives the live facts (None: it was deleted; `finished_at` set: it has ended) and
    `allowed` raises PlatformError, or returns what it found, as the actor may still see it.
    """

    key: Any
    folder: RunFolder
    status: Callable[[], Status | None]
    allowed: Callable[[Actor], object]


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
    response = StreamingHttpResponse(
        _stream(actor, source, offset, language), content_type="text/event-stream"
    )
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response


def _still_allowed(actor: Actor, source: Source) -> bool:
    """Whether the viewer may still see it: shut out, expired or made private ends the stream."""
    try:
        renewed = actor.renewed()
        return renewed is not None and bool(source.allowed(renewed))
    except PlatformError:
        return False
    finally:
        connections.close_all()


def _start(request: HttpRequest, folder: RunFolder) -> int | None:
    raw = request.headers.get("Last-Event-ID") or request.GET.get("offset")
    tail = request.GET.get("tail")
    value = raw if raw is not None else tail if tail is not None else "0"
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        return None
    if raw is None and tail is not None:
        return max(0, folder.log_size() - int(tail))
    return int(value)


class StatusFeed:
    """Status for all viewers of this process: one query a second and log, not for each."""

    def __init__(self) -> None:
        self._seen: dict[tuple[Any, str | None], tuple[float, Status | None]] = {}
        self._locks: dict[tuple[Any, str | None], asyncio.Lock] = {}

    async def get(
        self, source: Source, language: str | None, *, fresh: bool = False
    ) -> Status | None:
        """The status, at most STATUS_POLL old; None if it was deleted.

        `fresh`: read now. A viewer who has just started it again must not be told of its old end.
        """
        key = (source.key, language)
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            moment, status = self._seen.get(key, (float("-inf"), None))
            if fresh or time.monotonic() - moment >= STATUS_POLL:
                read = sync_to_async(_read_status, thread_sensitive=False)
                status = await read(source, language)
                self._seen[key] = (time.monotonic(), status)
                self._forget()
            return status

    def _forget(self) -> None:
        if len(self._seen) > 1000:
            now = time.monotonic()
            for key in [key for key, (moment, _status) in self._seen.items() if now - moment > 60]:
                del self._seen[key]
                self._locks.pop(key, None)


feed = StatusFeed()


def _read_status(source: Source, language: str | None) -> Status | None:
    try:
        with translation.override(language):
            return source.status()
    finally:
        connections.close_all()  # a pool thread must not hold a connection open for ever


def _event(name: str, data: dict[str, Any], identifier: int | None = None) -> bytes:
    head = f"id: {identifier}\n" if identifier is not None else ""
    return f"{head}event: {name}\ndata: {dumps(data)}\n\n".encode()


async def _stream(
    actor: Actor, source: Source, offset: int, language: str | None
) -> AsyncIterator[bytes]:
    log = source.folder.log
    yield f"retry: {RETRY_MS}\n\n".encode()
    sent: dict[str, Any] | None = None
    beat = asked = time.monotonic()
    while True:
        if time.monotonic() - asked > RIGHTS_CHECK:
            asked = time.monotonic()
            if not await sync_to_async(_still_allowed, thread_sensitive=False)(actor, source):
                return
        # Status before log: what a final status follows is then read after it, so all is sent.
        status = await feed.get(source, language, fresh=sent is None)
        if status is not None and status != sent:
            sent, beat = status, time.monotonic()
            yield _event("status", status)
        chunks = 0
        for event, after in _log_events(log, offset, language):
            yield event
            offset, chunks, beat = after, chunks + 1, time.monotonic()
            await asyncio.sleep(0)
        if chunks >= BURST:
            continue
        if status is None or status["finished_at"] is not None:
            yield _event("end", {"offset": offset})
            return
        if time.monotonic() - beat > HEARTBEAT:
            beat = time.monotonic()
            yield b": still here\n\n"
        await asyncio.sleep(LOG_POLL)


def _log_events(log: Path, offset: int, language: str | None) -> Iterator[tuple[bytes, int]]:
    """What the log has from `offset` on, BURST chunks at most; each with the offset after it."""
    for _chunk in range(BURST):
        start, data = read_log(log, offset, CHUNK)
        if start != offset:
            text = _dropped(start - offset, language) if start > offset != GAP else ""
            yield _event("log", {"offset": offset, "next": start, "text": text}, start), start
        raw = _next_text(data).encode("utf-8", "surrogateescape")
        if not raw:
            return
        offset = start + len(raw)
        shown = raw.decode("utf-8", "replace")
        yield _event("log", {"offset": start, "next": offset, "text": shown}, offset), offset


def _dropped(count: int, language: str | None) -> str:
    """To a viewer who was slower than the log is kept; at its gap the log itself says it."""
    with translation.override(language):
        text = _("%(count)s bytes of the log were dropped") % {"count": count}
    return f"\n{PLATFORM_PREFIX}{text}\n"


def _next_text(data: bytes) -> str:
    """Text of `data` without a character that is cut at its end; bad bytes as surrogates."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    return decoder.decode(data, final=False)
