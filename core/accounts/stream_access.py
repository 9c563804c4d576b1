"""Authentication of views outside DRF (async streams) by DRF's own classes and rules."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
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
