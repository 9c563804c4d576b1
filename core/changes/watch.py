"""Knows that something which is shown has changed: one look a second for all who watch it.

Nobody is told what has changed, and nothing is asked while nobody watches.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet, WeakValueDictionary

from django.db import connections
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.stream_rights import Rights
from core.asgi.asgi_threads import Threads
from core.asgi.watched import Viewer, WatchedNow
from core.errors import Unavailable

LOOK_EVERY = 1.0
MOST_VIEWERS = 2000  # of one kind in a process; who comes later asks as pages without streams do
Facts = Mapping[Hashable, Hashable]
# One thread: a kind is looked at after the other, and no page waits for them.
_threads = Threads("changes", workers=1, waiting=None)


@dataclass(frozen=True)
class Kind:
    """What can be watched, by whom, and what a token needs for it.

    `look` gives, of the things asked for, what pages show of each: two looks differ where pages
    differ, and what has nothing that may change is left out. `seen`: whether the actor sees one.
    """

    name: str
    scope: str
    look: Callable[[Collection[Any]], Facts]
    seen: Callable[[Actor, Any], bool]


class Topic:
    """One thing of a kind."""

    def __init__(self, kind: Kind, key: Hashable) -> None:
        self.rights = Rights(lambda actor: kind.seen(actor, key), _threads)
        self.news = asyncio.Event()  # the next ones: replaced each time
        self.is_closed = False  # nobody looks for it any more
        self._name, self._count = secrets.token_hex(8), 0
        self._facts: Hashable = None

    @property
    def version(self) -> str | None:
        """Of what is shown: it says nothing but that it is another one. None before a look."""
        return f"{self._name}-{self._count}" if self._count else None

    def take(self, facts: Hashable) -> None:
        if not self._count or facts != self._facts:
            self._facts = facts
            self._count += 1
            self.tell()

    def tell(self) -> None:
        told, self.news = self.news, asyncio.Event()
        told.set()


class Watch:
    """One kind in one event loop."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._viewers: WeakSet[Viewer] = WeakSet()
        self._topics: WeakValueDictionary[Hashable, Topic] = WeakValueDictionary()
        self.is_closed = False

    def enter(self, key: Hashable) -> tuple[Topic, Viewer]:
        """Raises Unavailable where too many watch already."""
        if len(self._viewers) >= MOST_VIEWERS:
            raise Unavailable(_("Too many pages are open; this one asks again by itself"))
        topic = self._topics.setdefault(key, Topic(self._kind, key))
        viewer = Viewer()
        self._viewers.add(viewer)
        return topic, viewer

    async def run(self) -> None:
        """Look until nobody watches any more."""
        try:
            while self._viewers:
                await self._look()
                await asyncio.sleep(LOOK_EVERY)
        finally:
            self.is_closed = True
            for topic in list(self._topics.values()):
                topic.is_closed = True
                topic.tell()

    async def _look(self) -> None:
        topics = dict(self._topics)
        facts = await _threads.run(_look, self._kind, list(topics))
        for key, topic in topics.items():
            topic.take(facts.get(key))


_watches: WatchedNow[Watch] = WatchedNow()


def watch(kind: Kind, key: Hashable) -> tuple[Topic, Viewer]:
    """One thing of a kind, and a place among its viewers."""
    return _watches.get(kind.name, lambda: Watch(kind)).enter(key)


def _look(kind: Kind, keys: Collection[Hashable]) -> Facts:
    try:
        return kind.look(keys)
    finally:
        connections.close_all()  # this thread must not hold a connection open for ever
