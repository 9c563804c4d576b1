"""Who acts, and from where: handed to every selector and service that people can reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from core.accounts import audit
from core.accounts.roles import Role, local_operator, role_of
from core.errors import Forbidden

if TYPE_CHECKING:
    from core.accounts.models import ApiToken


@dataclass(frozen=True)
class Actor:
    """A user with the way they came: `session`, `token`, `local` (open mode) or `command`."""

    user: User
    via: str
    address: str = ""
    token: ApiToken | None = None
    session: str | None = None

    @property
    def role(self) -> Role:
        return role_of(self.user)

    @property
    def sees_all(self) -> bool:
        return self.role >= Role.OPERATOR

    def renewed(self) -> Actor | None:
        """The same actor as the database has it now; None if shut out, logged out or expired."""
        user = User.objects.filter(pk=self.user.pk, is_active=True).first()
        if user is None:
            return None
        if self.token is not None:
            token = type(self.token).objects.filter(pk=self.token.pk).first()
            if token is None or token.is_expired:
                return None
        if self.session is not None and not _session_lives(self.session, user):
            return None
        return replace(self, user=user)

    def may(self, permission: str, obj: object = None) -> bool:
        """Whether the rules (rules.py) allow `app.action_model` on `obj`."""
        return self.user.has_perm(permission, obj)  # type: ignore[arg-type] # rules take any object

    def require(self, permission: str, obj: object = None) -> None:
        """Raise Forbidden, and write it down, unless the rules allow it."""
        if not self.may(permission, obj):
            audit.refused(self, permission, obj)
            raise Forbidden(_("Your role or your relation to this object does not allow that"))


def actor_of(request: HttpRequest | Request) -> Actor:
    """The actor of an authenticated request, of the API, a page or the admin."""
    token = getattr(request, "auth", None)
    inner = request._request if isinstance(request, Request) else request
    if token is not None:
        via = "token"
    else:
        via = "local" if getattr(inner, "acts_locally", False) else "session"
    session = inner.session.session_key if via == "session" else None
    return Actor(cast(User, request.user), via, client_address(inner), token, session)


def _session_lives(key: str, user: User) -> bool:
    """Not ended by a log-out, its age, or a change of the password."""
    session = SessionStore(key)
    return session.get(SESSION_KEY) == str(user.pk) and constant_time_compare(
        session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
    )


def command_actor() -> Actor:
    """The actor of management commands: whoever has a shell here is the operator."""
    return Actor(local_operator(), "command")


def client_address(request: Any) -> str:
    """The caller's address; the server has already taken a trusted proxy's word for it."""
    return str(request.META.get("REMOTE_ADDR") or "")
