"""API tokens: made (shown once), found, revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts import audit
from core.accounts.actor import Actor
from core.accounts.models import ApiToken, Scope
from core.accounts.roles import Role
from core.errors import Forbidden, Invalid, NotFound

PREFIX = "llmp_"  # lets scanners of leaked secrets know ours
SHOWN = 10
WIDER = gettext_lazy(
    "A token cannot make or revoke one that may do more or lives longer than itself"
)
MAX_DAYS = 3650
MAX_TOKENS = 50
MAX_GENERATIONS = 3  # a person's token, what it makes, and what that makes
USE_SECONDS = 60  # `last_used_at` is written no more often


def token_create(
    *, actor: Actor, name: str, scopes: list[str], days: int | None, user: User | None = None
) -> tuple[ApiToken, str]:
    """A new token of the actor (or, by an admin, of `user`) and its text, shown only now.

    `days` until it expires, None for never. A token makes only its own user's, which may do no
    more than itself, end no later, and end with it. Raises Invalid naming the field, Forbidden.
    """
    owner = user or actor.user
    if owner != actor.user:
        actor.require("accounts.add_apitoken")
    _check(name, scopes, days)
    expiry = None if days is None else timezone.now() + timedelta(days=days)
    if actor.token is not None:
        expiry = _within(actor, actor.token, owner, scopes, expiry)
    text = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        _check_room(actor, owner)
        token = ApiToken.objects.create(
            user=owner,
            digest=digest_of(text),
            prefix=text[:SHOWN],
            expiry=expiry,
            name=name.strip(),
            scopes=sorted(set(scopes)),
            parent=actor.token,
        )
        audit.created(actor, "token.create", token, "name", "scopes", "expiry")
    return token, text


def _check(name: str, scopes: list[str], days: int | None) -> None:
    if not name.strip() or len(name) > 100:
        raise Invalid(_("A name of 1 to 100 characters is needed"), field="name")
    if not scopes or not set(scopes) <= set(Scope.values):
        raise Invalid(
            _("One or more of %(allowed)s") % {"allowed": ", ".join(Scope.values)}, field="scopes"
        )
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise Invalid(_("From 1 to %(most)s days") % {"most": MAX_DAYS}, field="days")


def _check_room(actor: Actor, owner: User) -> None:
    """Under the owner's lock, so that neither many at once nor a revocation slips by."""
    _lock(owner)
    if actor.token is not None and actor.renewed() is None:
        raise Forbidden(_("The API token is unknown or has expired"))
    if owner.api_tokens.count() >= MAX_TOKENS:
        raise Invalid(_("You have %(most)s tokens: revoke some first") % {"most": MAX_TOKENS})


def _lock(owner: User) -> None:
    User.objects.select_for_update().get(pk=owner.pk)


def _within(
    actor: Actor, used: ApiToken, owner: User, scopes: list[str], expiry: datetime | None
) -> datetime | None:
    """The new token's end, which is never after that of the token that makes it.

    Days are whole: what asks for as many days as its maker has left is cut to its maker's end.
    """
    asked = None if expiry is None else expiry - timedelta(days=1)
    if owner != used.user or not _reaches(used, scopes, asked):
        audit.refused(actor, "token.create")
        raise Forbidden(WIDER)
    if len(list(used.line)) >= MAX_GENERATIONS:
        audit.refused(actor, "token.create")
        raise Forbidden(_("A token that was made by a token's token makes no more"))
    return min((end for end in (expiry, used.expiry) if end is not None), default=None)


def _reaches(used: ApiToken, scopes: list[str], expiry: datetime | None) -> bool:
    """Whether `used` may do all of that, for as long."""
    if not set(scopes) <= set(used.scopes):
        return False
    return used.expiry is None or (expiry is not None and expiry <= used.expiry)


def token_list(actor: Actor) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(user=actor.user)


def token_revoke(*, actor: Actor, token_id: Any) -> None:
    """Revoke a token of one's own, an admin anybody's, with all that it has made.

    Raises NotFound, Forbidden where a token would revoke a wider one.
    """
    tokens = ApiToken.objects.filter(pk=token_id)
    if actor.role < Role.ADMIN:
        tokens = tokens.filter(user=actor.user)
    token = tokens.select_related("user").first()
    if token is None:
        raise NotFound(_("There is no such token"))
    # A day is nothing: two tokens made one after the other may revoke each other.
    end = token.expiry and token.expiry - timedelta(days=1)
    if actor.token is not None and not _reaches(actor.token, token.scopes, end):
        audit.refused(actor, "token.revoke", token)
        raise Forbidden(WIDER)
    with transaction.atomic():
        _lock(token.user)
        changes = {"user": [token.user.username, None]}
        for made in _descendants(token):
            audit.record(actor, "token.revoke", made, changes=changes)
        token.delete()


def _descendants(token: ApiToken) -> list[ApiToken]:
    """It and all that it, or what it made, has made."""
    found = newest = [token]
    while newest := list(ApiToken.objects.filter(parent__in=newest)):
        found = found + newest
    return found


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def token_find(text: str) -> ApiToken | None:
    """The living token of that text, its use noted; None for an unknown or expired one."""
    if not text.isascii() or not 20 <= len(text) <= 200:
        return None
    token = (
        ApiToken.objects.select_related("user", "parent__parent")
        .filter(digest=digest_of(text), user__is_active=True)
        .first()
    )
    if token is None or token.is_expired:
        return None
    now = timezone.now()
    if token.last_used_at is None or (now - token.last_used_at).total_seconds() > USE_SECONDS:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
