"""What several viewers in one event loop watch: made for the first, ended after the last."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

logger = logging.getLogger(__name__)


class Viewer:
    """One who watches: counted for as long as somebody holds it."""


class Watched(Protocol):
    """Runs until nobody watches it any more, and is closed then, or by an error."""

    is_closed: bool

    async def run(self) -> None: ...


W = TypeVar("W", bound=Watched)


class WatchedNow(Generic[W]):
    """All of one sort that run now, by event loop and key."""

    def __init__(self) -> None:
        self._running: dict[Hashable, tuple[W, asyncio.Task[None]]] = {}

    def __len__(self) -> int:
        return len(self._running)

    def get(self, key: Hashable, make: Callable[[], W]) -> W:
        """Enter it before the next `await`: one that nobody watches ends."""
        name = (id(asyncio.get_running_loop()), key)
        known = self._running.get(name)
        if known is not None and not known[0].is_closed:
            return known[0]
        made = make()
        task = asyncio.ensure_future(made.run())
        self._running[name] = made, task
        task.add_done_callback(lambda done: self._forget(name, made, done))
        return made

    def _forget(self, name: Hashable, made: W, done: asyncio.Task[None]) -> None:
        if not done.cancelled() and (error := done.exception()) is not None:
            logger.error("viewers of %r must come back", name, exc_info=error)
        if self._running[name][0] is made:
            del self._running[name]
