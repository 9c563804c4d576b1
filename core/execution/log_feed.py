"""Reads each log that is watched once for all its viewers in this process, and wakes them.

A viewer costs a feed nothing until there is news: no file is read and no clock runs for it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any
from weakref import WeakSet

from django.db import connections
from django.utils import translation

from core.accounts.actor import Actor
from core.accounts.stream_rights import Rights
from core.asgi.asgi_threads import Threads
from core.asgi.watched import Viewer, WatchedNow
from core.execution.log_stream import BURST, log_events
from core.execution.run_folder import RunFolder

LOG_POLL = 0.1  # of a log that grows, seconds
QUIET_POLL = 0.3
QUIET = 3.0  # seconds without a byte
STATUS_POLL = 1.0
TICK = 5.0  # viewers wake so often without news, to look at their rights and say they are here
KEPT_BYTES = 1024 * 1024
Status = dict[str, Any]
# Threads of its own: a page that takes long delays no line of a log.
_threads = Threads("log", workers=2, waiting=None)


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


@dataclass(frozen=True)
class Part:
    """A piece of the log as an event, and the offset after it."""

    end: int
    event: bytes


class Feed:
    """A log in one language, with the status of what writes it."""

    def __init__(self, source: Source, language: str | None) -> None:
        self._source, self._language = source, language
        self.status: Status | None = None
        self.is_over = False  # and all that it wrote is before `position`
        self.is_closed = False  # nobody reads for it any more
        self.position = source.folder.log_size()
        self.count = 0  # of the parts so far
        self.news = asyncio.Event()  # the next ones: replaced each time
        self._parts: deque[Part] = deque()
        self._kept = 0
        self._viewers: WeakSet[Viewer] = WeakSet()
        self._lock = asyncio.Lock()
        self._rounds = 0  # begun
        self._asked = float("-inf")
        self._grew = time.monotonic()
        self.rights = Rights(source.allowed, _threads)

    def enter(self) -> Viewer:
        viewer = Viewer()
        self._viewers.add(viewer)
        return viewer

    async def renew(self) -> None:
        """Know what is so now: who has just started it again must not be told of its old end."""
        asked_at = self._rounds
        async with self._lock:
            if self._rounds == asked_at:  # else one has begun after we asked
                await self._round()

    def after(self, number: int) -> list[Part] | None:
        """The parts from `number` on; None if the first of them is no longer kept."""
        first = self.count - len(self._parts)
        return list(islice(self._parts, number - first, None)) if number >= first else None

    async def run(self) -> None:
        """Read until nobody watches any more."""
        told = time.monotonic()
        try:
            while self._viewers:
                before = (self.status, self.is_over, self.count)
                async with self._lock:
                    await self._look()
                now = time.monotonic()
                if before != (self.status, self.is_over, self.count) or now - told >= TICK:
                    told = now
                    self._tell()
                await asyncio.sleep(LOG_POLL if now - self._grew < QUIET else QUIET_POLL)
        finally:
            self.is_closed = True
            self._tell()

    async def _look(self) -> None:
        if time.monotonic() - self._asked >= STATUS_POLL:
            await self._round()
        else:
            self._read()

    def _tell(self) -> None:
        told, self.news = self.news, asyncio.Event()
        told.set()

    async def _round(self) -> None:
        """Status before log: what a final status follows is then read after it."""
        self._rounds += 1
        self._asked = time.monotonic()
        status = await _threads.run(_read_status, self._source, self._language)
        all_read = self._read()
        self.status = status
        self.is_over = all_read and (status is None or status["finished_at"] is not None)

    def _read(self) -> bool:
        """Whether that was all there is."""
        parts = 0
        for event, end in log_events(self._source.folder.log, self.position, self._language):
            self._keep(Part(end, event))
            self.position, parts = end, parts + 1
        if parts:
            self._grew = time.monotonic()
        return parts < BURST

    def _keep(self, part: Part) -> None:
        self._parts.append(part)
        self.count += 1
        self._kept += len(part.event)
        while self._kept > KEPT_BYTES:
            self._kept -= len(self._parts.popleft().event)


_feeds: WatchedNow[Feed] = WatchedNow()


def watch(source: Source, language: str | None) -> tuple[Feed, Viewer]:
    """The feed of a log in this event loop, and a place among its viewers."""
    # By its log, too: what is started again may write another one.
    key = (source.key, source.folder.log, language)
    feed = _feeds.get(key, lambda: Feed(source, language))
    return feed, feed.enter()


def _read_status(source: Source, language: str | None) -> Status | None:
    try:
        with translation.override(language):
            return source.status()
    finally:
        connections.close_all()  # these threads must not hold a connection open for ever
