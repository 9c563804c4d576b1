"""Threads of ASGI applications beside Django that ask the database and keep their connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.errors import Unavailable


class Threads:
    """A few threads for one kind of work, so that no kind waits for another.

    At most `waiting` calls wait for a thread; None where the callers are bounded themselves.
    """

    def __init__(self, name: str, *, workers: int, waiting: int | None) -> None:
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix=name)
        self._most = None if waiting is None else workers + waiting
        self._held = 0  # counted in the event loop alone

    async def run(self, action: Callable[..., Any], *arguments: Any) -> Any:
        """Run what asks the database. Raises Unavailable where too many wait already."""
        if self._most is not None and self._held >= self._most:
            raise Unavailable(_("The server is busy; try again in a moment"))

        def guarded() -> Any:
            _keep_connection()
            try:
                return action(*arguments)
            finally:
                _keep_connection()

        work = asyncio.get_running_loop().run_in_executor(self._pool, guarded)
        self._held += 1
        # When the work is done, not when its caller has gone: until then it holds its place.
        work.add_done_callback(self._done)
        return await asyncio.shield(work)

    def _done(self, work: asyncio.Future[Any]) -> None:
        self._held -= 1
        if not work.cancelled():
            work.exception()  # seen, though its caller may have gone


def _keep_connection() -> None:
    """Keep this thread's connection for the next request, unless it has failed."""
    connection.close_at = None  # else it would be closed at the age of CONN_MAX_AGE: at once
    connection.close_if_unusable_or_obsolete()
