"""Who sends a request to an ASGI application that stands before Django's middleware."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from rest_framework.exceptions import AuthenticationFailed

from core.accounts.actor import Actor, client_address
from core.accounts.authentication import ApiTokenAuthentication
from core.accounts.forgery import is_cross_site
from core.accounts.middleware import is_local
from core.accounts.roles import Role, local_operator, role_of


def actor_of_scope(scope: dict[str, Any]) -> Actor | None:
    """The token's user, or in open mode the local operator; None wherever there is any doubt.

    None is no refusal: Django is asked then, which says what is wrong.
    """
    request: Any = ASGIRequest(scope, BytesIO())
    try:
        request.get_host()
    except DisallowedHost:
        return None
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return None
    if is_cross_site(request):
        return None
    actor = _actor(request)
    return actor if actor is not None and role_of(actor.user) != Role.NONE else None


def _actor(request: Any) -> Actor | None:
    if settings.PLATFORM_AUTH == "open":
        if not is_local(request) or "Authorization" in request.headers:
            return None
        return Actor(local_operator(), "local", client_address(request))
    if "Authorization" not in request.headers:
        return None
    try:
        found = ApiTokenAuthentication().authenticate(request)
    except AuthenticationFailed:
        return None
    if found is None:
        return None
    user, token = found
    return Actor(user, "token", client_address(request), token)
