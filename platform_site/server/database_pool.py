"""A bounded number of PostgreSQL connections for each web process.

A burst of requests and streams would open more than the server allows ("too many clients already")
and answer 500. With a pool, and a bounded number of threads that answer, it waits its turn.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

WAIT_SECONDS = 30.0
POSTGRESQL = "django.db.backends.postgresql"
SQLITE_THREADS = 40


def pool_connections() -> None:
    """Called by a web process before its first query; a pool would not outlive a fork.

    Source: Django's notes on databases, "Connection pool" (psycopg_pool).
    """
    config = connections.settings["default"]
    if config["ENGINE"] != POSTGRESQL:
        return
    pool = {"min_size": 1, "max_size": settings.DATABASE_POOL_SIZE, "timeout": WAIT_SECONDS}
    config["OPTIONS"] = {**config.get("OPTIONS", {}), "pool": pool}
    config["CONN_MAX_AGE"] = 0  # the pool keeps them
    config["CONN_HEALTH_CHECKS"] = True  # those that a restart of the server has cut are replaced


def request_threads() -> int:
    """How many requests a web process answers at once; some wait for an engine's end or answer.

    On PostgreSQL half of its connections: the others are for streams and what stands beside Django.
    """
    if connections.settings["default"]["ENGINE"] == POSTGRESQL:
        return int(settings.DATABASE_POOL_SIZE) // 2
    return SQLITE_THREADS


class ReleaseConnection(MiddlewareMixin):
    """Gives the connection back before an answer is streamed: a viewer may stay for hours."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.streaming and not connection.in_atomic_block:
            connection.close()
        return response
