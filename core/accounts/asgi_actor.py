"""Who sends a request to an ASGI application that stands before Django's middleware.

The rules are those of the REST API: host, HTTPS, open mode, foreign pages, token, role, scopes.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed

from core.accounts import audit, known
from core.accounts.actor import Actor, client_address
from core.accounts.authentication import ApiTokenAuthentication
from core.accounts.forgery import SAFE_METHODS, is_cross_site
from core.accounts.middleware import is_local
from core.accounts.models import ApiToken
from core.accounts.roles import Role, role_of
from core.accounts.tokens import PREFIX
from core.asgi.recent import Recent
from core.errors import PlatformError

Found = TypeVar("Found")
ADMITTED_SECONDS = 1.0
# Headers that no rule asks for. Every other one is part of what an admission is kept under,
# so that a rule which comes to ask for one more needs no word here.
SAYS_NOTHING = frozenset(
    {
        b"accept", b"accept-encoding", b"connection", b"content-length", b"traceparent",
        b"tracestate", b"user-agent", b"x-request-id",
    }
)  # fmt: skip


class Refused(PlatformError):
    """Nobody is let in; `code` is a word that programs can rely on."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Admission:
    """Who asks, in which language, and what was looked up for them: all forgotten together."""

    actor: Actor
    language: str
    _notes: dict[Hashable, Any] = field(default_factory=dict)

    def note(self, name: Hashable) -> Any:
        """What `once` has found, or None."""
        return self._notes.get(name)

    def once(self, name: Hashable, look_up: Callable[[], Found]) -> Found:
        """What `look_up` returns, asked at most once for each admission."""
        if name not in self._notes:
            self._notes[name] = look_up()
        found: Found = self._notes[name]
        return found


_recent: Recent[bytes, Admission] = Recent(size=10_000, seconds=ADMITTED_SECONDS)


def admitted(
    scope: dict[str, Any], scopes: Sequence[str], *, any_key: bool = False
) -> Admission | None:
    """The admission of the same request a moment ago, without asking the database.

    So a token that is revoked, or a role that is taken away, counts for ADMITTED_SECONDS more.
    """
    return _recent.get(admission_key(scope, scopes, any_key=any_key))


def admit(
    scope: dict[str, Any], scopes: Sequence[str], *, any_key: bool = False, afresh: bool = False
) -> Admission:
    """Who asks, if they may come in with one of `scopes`. Raises Refused.

    `any_key`: in open mode a key that is no token of ours is ignored, as clients of OpenAI's API
    always send one. `afresh`: ask the database even if it was asked a moment ago.
    """
    key, began = admission_key(scope, scopes, any_key=any_key), time.monotonic()
    known = None if afresh else _recent.get(key)
    if known is not None:
        return known
    request: Any = ASGIRequest(scope, BytesIO())
    language = translation.get_language_from_request(request)
    with translation.override(language):
        admission = Admission(_actor(request, scopes, any_key), language)
    _recent.put(key, admission, since=began)
    return admission


def forget() -> None:
    """Forget every admission."""
    _recent.clear()


def language_of(scope: dict[str, Any]) -> str:
    """The language that the request asks for; the platform's own where it says nothing."""
    return translation.get_language_from_request(ASGIRequest(scope, BytesIO()))


def admission_key(scope: dict[str, Any], scopes: Sequence[str], *, any_key: bool = False) -> bytes:
    """All that an admission may depend on; its digest, so that no token is kept."""
    headers = [(name, value) for name, value in scope["headers"] if name not in SAYS_NOTHING]
    client, server = scope.get("client") or ("",), scope.get("server")
    server = tuple(server) if server else None
    facts = (client[0], server, scope.get("scheme"), scope["method"], sorted(scopes), any_key)
    return hashlib.sha256(repr((*facts, headers)).encode()).digest()


def _actor(request: Any, scopes: Sequence[str], any_key: bool) -> Actor:
    _check_way(request)
    actor = _token_actor(request) if _has_token(request, any_key) else None
    actor = actor or _local_actor(request)
    if role_of(actor.user) == Role.NONE:
        raise Refused(403, "no_role", _("Your account has no role yet; ask an admin for one"))
    if isinstance(actor.token, ApiToken) and not set(actor.token.scopes) & set(scopes):
        audit.refused(actor, f"scope {scopes[0]}", request.path)
        message = _("The API token lacks the scope %(scope)s") % {"scope": scopes[0]}
        raise Refused(403, "scope", message)
    return actor


def _check_way(request: Any) -> None:
    """The way by which it comes, whoever it is."""
    try:
        request.get_host()
    except DisallowedHost as error:
        raise Refused(400, "host", _("Unknown host name")) from error
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise Refused(403, "https", _("Use HTTPS: a token must not travel in the clear"))
    is_open = settings.PLATFORM_AUTH == "open"
    if is_open and not is_local(request):
        raise Refused(403, "open_mode", _("PLATFORM_AUTH=open serves this machine only"))
    if (is_open or request.method not in SAFE_METHODS) and is_cross_site(request):
        audit.refused_stranger("cross-site", client_address(request), request.path)
        raise Refused(403, "cross_site", _("Refused: the request comes from another site"))


def _has_token(request: Any, any_key: bool) -> bool:
    sent = request.headers.get("Authorization")
    ignored = any_key and settings.PLATFORM_AUTH == "open" and PREFIX not in (sent or "")
    return sent is not None and not ignored


def _token_actor(request: Any) -> Actor | None:
    try:
        found = ApiTokenAuthentication().authenticate(request)
    except AuthenticationFailed as error:
        raise Refused(401, "invalid_api_key", str(error.detail)) from error
    return Actor(found[0], "token", client_address(request), found[1]) if found else None


def _local_actor(request: Any) -> Actor:
    """Open mode needs no credential, so a write must be what no page's form can send."""
    if settings.PLATFORM_AUTH != "open":
        audit.refused_stranger("api", client_address(request), request.path)
        raise Refused(401, "invalid_api_key", _("An API token is needed"))
    if request.method not in SAFE_METHODS and request.content_type != "application/json":
        raise Refused(415, "content_type", _("The body must be application/json"))
    return Actor(known.local_operator(), "local", client_address(request))
