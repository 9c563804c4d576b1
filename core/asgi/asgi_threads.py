"""Threads of ASGI applications beside Django that ask the database and keep their connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="asgi")


async def in_thread(action: Callable[..., Any], *arguments: Any) -> Any:
    """Run what asks the database."""

    def guarded() -> Any:
        _keep_connection()
        try:
            return action(*arguments)
        finally:
            _keep_connection()

    return await asyncio.get_running_loop().run_in_executor(_threads, guarded)


def _keep_connection() -> None:
    """Keep this thread's connection for the next request, unless it has failed."""
    connection.close_at = None  # else it would be closed at the age of CONN_MAX_AGE: at once
    connection.close_if_unusable_or_obsolete()
