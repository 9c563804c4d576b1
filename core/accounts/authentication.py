"""How a request to the API proves whose it is: token, open mode, or a browser's session."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.request import Request

from core.accounts import audit, known
from core.accounts.actor import Actor, client_address
from core.accounts.models import ApiToken

SCHEMES = {b"token", b"bearer"}


class ApiTokenAuthentication(BaseAuthentication):
    """`Authorization: Token …` or `Authorization: Bearer …`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() not in SCHEMES:
            return None
        token = known.token_find(parts[1].decode("latin-1")) if len(parts) == 2 else None
        address = client_address(request)
        if token is None:
            audit.refused_stranger("token.use", address)
            raise exceptions.AuthenticationFailed(_("The API token is unknown or has expired"))
        audit.token_used(Actor(token.user, "token", address, token))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class LocalOperatorAuthentication(BaseAuthentication):
    """Open mode: the middleware has already seen that the request is this machine's own."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        inner = request._request
        return (inner.user, None) if getattr(inner, "acts_locally", False) else None


class BrowserSessionAuthentication(SessionAuthentication):
    """A logged-in browser; a write needs the CSRF token."""


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "core.accounts.authentication.ApiTokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "Bearer (or Token) <API token>"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "core.accounts.authentication.BrowserSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
