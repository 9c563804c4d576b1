"""Which of Django's stacks answers a request: told by its path and its headers alone."""

from __future__ import annotations

from typing import Any

from core.api.health import healthz_now
from core.asgi.request_guard import Application, Receive, Send

# Ends of the paths of the asynchronous views: a test compares them with the routes.
STREAMS = ("/events", "/chat/")
# Pages under /api/, which have styles and scripts.
API_PAGES = ("/api/docs", "/api/schema")


class Lanes:
    """Pages and API synchronous from end to end, streams asynchronous from end to end.

    An API call without any cookie can have no session: its lane has no middleware for one.
    """

    def __init__(self, *, pages: Application, api: Application, streams: Application) -> None:
        self.pages, self.api, self.streams = pages, api, streams

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        await self.lane_of(scope)(scope, receive, send)

    def lane_of(self, scope: Any) -> Application:
        if scope["type"] != "http":
            return self.streams
        path = scope["path"]
        if path.endswith(STREAMS):
            return self.streams
        if path == "/healthz" and scope["method"] == "GET":
            return healthz_now
        if path.startswith("/api/") and not path.startswith(API_PAGES) and not _has_cookie(scope):
            return self.api
        return self.pages


def _has_cookie(scope: Any) -> bool:
    return any(name == b"cookie" for name, _value in scope["headers"])
