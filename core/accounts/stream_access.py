"""Event streams, which are async views outside DRF: authentication by DRF's rules, and headers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.request import Request
from rest_framework.settings import api_settings

from core.accounts.actor import Actor, actor_of
from core.accounts.permissions import HasScope
from core.errors import PlatformError


class _View:
    """What HasScope asks of a view."""

    def __init__(self, scope: str) -> None:
        self.scope = scope


def stream_actor(request: HttpRequest, scope: str) -> Actor:
    """The request's actor, as the API would see it. Raises PlatformError (401, 403)."""
    classes: Any = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    wrapped = Request(request, authenticators=[make() for make in classes])
    try:
        if not HasScope().has_permission(wrapped, _View(scope)):
            raise NotAuthenticated
    except APIException as error:
        refusal = PlatformError(str(error.detail))
        refusal.status = error.status_code
        raise refusal from error
    return actor_of(wrapped)


def event_stream(parts: AsyncIterator[bytes]) -> StreamingHttpResponse:
    """An answer that neither caches nor proxies hold back."""
    response = StreamingHttpResponse(parts, content_type="text/event-stream")
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"
    return response
