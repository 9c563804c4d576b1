"""Who comes through the door, and what they find: asked in one go, in one thread."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed

from core.accounts import audit
from core.accounts.actor import Actor, client_address
from core.accounts.authentication import ApiTokenAuthentication
from core.accounts.forgery import is_cross_site
from core.accounts.middleware import is_local
from core.accounts.models import Scope
from core.accounts.roles import Role, local_operator, role_of
from deployments.door.errors import DoorError
from deployments.door.targets import Served, served
from deployments.door.usage import used_up

REACHING = {Scope.INFERENCE, Scope.DEPLOY}


DECIDING = {
    b"authorization", b"host", b"origin", b"sec-fetch-site", b"content-type", b"accept-language",
    b"cookie",
}  # fmt: skip
ADMITTED_SECONDS = 1.0
_recent: dict[Hashable, tuple[float, Admission]] = {}


@dataclass(frozen=True)
class Admission:
    actor: Actor
    served: list[Served]
    language: str


def key_of(scope: dict[str, Any]) -> Hashable:
    """All that an admission depends on."""
    headers = tuple((name, value) for name, value in scope["headers"] if name in DECIDING)
    client = scope.get("client") or ("",)
    return client[0], scope["method"], scope.get("scheme"), tuple(scope["server"]), headers


def recent(scope: dict[str, Any]) -> Admission | None:
    """The admission of the same caller a moment ago: a busy client is not looked up each time.

    So a token that is revoked, and a deployment that ends, is still taken for ADMITTED_SECONDS.
    """
    moment, admission = _recent.get(key_of(scope), (float("-inf"), None))
    return admission if time.monotonic() - moment < ADMITTED_SECONDS else None


def admit(scope: dict[str, Any]) -> Admission:
    """The same, asked of the database. Raises DoorError."""
    admission = _admit(scope)
    if len(_recent) > 10_000:
        _recent.clear()
    _recent[key_of(scope)] = (time.monotonic(), admission)
    return admission


def _admit(scope: dict[str, Any]) -> Admission:
    """Raises DoorError. The same rules as the REST API's, without its cost of several layers."""
    request: Any = ASGIRequest(scope, BytesIO())
    language = translation.get_language_from_request(request)
    with translation.override(language):
        actor = _actor(request)
        if role_of(actor.user) == Role.NONE:
            raise DoorError(403, _("Your account has no role yet"), code="no_role")
        if actor.token is not None and not set(actor.token.scopes) & REACHING:
            audit.refused(actor, "scope inference", request.path)
            raise DoorError(
                403, _("The API token lacks the scope %(scope)s") % {"scope": Scope.INFERENCE},
                code="scope",
            )  # fmt: skip
        if request.method == "POST" and used_up(actor):
            raise DoorError(
                429, _("Your %(limit)s tokens of today are used up")
                % {"limit": settings.INFERENCE_TOKENS_PER_DAY}, code="tokens_per_day",
            )  # fmt: skip
        return Admission(actor, served(actor), language)


def _actor(request: HttpRequest) -> Actor:
    try:
        request.get_host()
    except DisallowedHost as error:
        raise DoorError(400, _("Unknown host name"), code="host") from error
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise DoorError(403, _("Use HTTPS: a token must not travel in the clear"), code="https")
    if "Authorization" in request.headers and settings.PLATFORM_AUTH != "open":
        return _token_actor(request)
    if settings.PLATFORM_AUTH == "open":
        return _local_actor(request)
    audit.refused_stranger("api", client_address(request), request.path)
    raise DoorError(401, _("An API token is needed"), code="invalid_api_key")


def _token_actor(request: Any) -> Actor:
    try:
        found = ApiTokenAuthentication().authenticate(request)
    except AuthenticationFailed as error:
        raise DoorError(401, str(error.detail), code="invalid_api_key") from error
    if found is None:
        raise DoorError(401, _("An API token is needed"), code="invalid_api_key")
    user, token = found
    return Actor(user, "token", client_address(request), token)


def _local_actor(request: HttpRequest) -> Actor:
    """Open mode: this machine only, and nothing that a foreign page could send."""
    if not is_local(request) or is_cross_site(request):
        raise DoorError(403, _("PLATFORM_AUTH=open serves this machine only"), code="open_mode")
    text = request.headers.get("Authorization", "")
    if "llmp_" in text:
        return _token_actor(request)
    # Clients of OpenAI's API always send some key; here none is needed.
    if request.method == "POST" and request.content_type != "application/json":
        raise DoorError(415, _("The body must be application/json"), code="content_type")
    return Actor(local_operator(), "local", client_address(request))
