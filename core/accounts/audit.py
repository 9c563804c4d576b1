"""Writes and prunes the audit trail; `trail` reads it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Model
from django.utils import timezone

from core.prepared import insert
from core.pruning import remove_in_steps

if TYPE_CHECKING:
    from core.accounts.actor import Actor

logger = logging.getLogger("core.audit")
REPEAT_SECONDS = 60  # the same refusal, or use of a token, is written once in this time
VALUE_LIMIT = 500
PRUNED_AT_ONCE = 5_000


def record(
    actor: Actor | None,
    action: str,
    obj: object = None,
    *,
    changes: dict[str, Any] | None = None,
    refused: bool = False,
    username: str = "",
    address: str = "",
    via: str = "",
) -> None:
    """Write one entry, in the caller's transaction where there is one.

    `changes` is `{field: [before, after]}`. Without an actor (nobody has logged in) name the
    `username` that was tried and the `address`.
    """
    from core.accounts.models import AuditEntry

    kind, identifier, name = _describe(obj)
    if actor is not None:
        via = f"token {actor.token.name} {actor.token.prefix}" if actor.token else actor.via
    insert(
        AuditEntry,
        user_id=actor.user.pk if actor else None,
        username=(actor.user.get_username() if actor else username)[:150],
        via=via[:64],
        address=(actor.address if actor else address)[:64],
        action=action[:64],
        refused=refused,
        object_type=kind[:64],
        object_id=identifier[:64],
        object_name=name[:255],
        changes=_short(changes or {}),
    )


def _describe(obj: object) -> tuple[str, str, str]:
    if isinstance(obj, Model):
        return obj._meta.label_lower, str(obj.pk or ""), clean(str(obj))
    return ("", "", "") if obj is None else ("", "", clean(str(obj)))


def clean(text: str) -> str:
    """Without NUL and lone surrogates, which no database stores."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode("utf-8")


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {clean(str(key))[:100]: _short(item) for key, item in list(value.items())[:50]}
    if isinstance(value, list | tuple):
        return [_short(item) for item in value[:50]]
    if value is None or isinstance(value, bool | int | float):
        return value
    return clean(str(value))[:VALUE_LIMIT]


def created(actor: Actor, action: str, obj: Model, *fields: str) -> None:
    """The entry of a new object, with what it was made of."""
    values = {name: getattr(obj, name) for name in fields}
    changes = {name: [None, value] for name, value in values.items() if value not in (None, "")}
    record(actor, action, obj, changes=changes)


def refused(actor: Actor, action: str, obj: object = None) -> None:
    """A refusal of somebody we know."""
    if _first(f"refused:{actor.user.pk}:{actor.address}:{action}:{_describe(obj)[:2]}"):
        record(actor, action, obj, refused=True)


def refused_stranger(action: str, address: str, what: str = "", username: str = "") -> None:
    """A refusal of nobody we know; a flood of them from one address is one entry a minute."""
    if _first(f"stranger:{address}:{action}"):
        record(None, action, what or None, refused=True, username=username, address=address)


def login_failed(username: str, address: str) -> None:
    """A log-in that was refused; guesses faster than one in ten seconds are one entry."""
    if _first(f"login:{address}:{username}", 10):
        record(None, "login", refused=True, username=username, address=address)


def token_used(actor: Actor) -> None:
    """The first use of a token from an address, then again once an hour."""
    if actor.token and _first(f"token:{actor.token.pk}:{actor.address}", 3600):
        record(actor, "token.use", actor.token)


def _first(key: str, seconds: int = REPEAT_SECONDS) -> bool:
    import hashlib

    return bool(cache.add("audit:" + hashlib.sha256(key.encode()).hexdigest(), 1, seconds))


def prune() -> int:
    """Remove entries over their age; how many. The one place that may.

    Each step is a transaction with its own entry, which says how many went.
    """
    from core.accounts.models import AuditEntry

    if not settings.AUDIT_RETENTION_DAYS:
        return 0
    oldest = timezone.now() - timedelta(days=settings.AUDIT_RETENTION_DAYS)
    old = AuditEntry.objects.filter(at__lt=oldest).order_by("at", "id")
    return remove_in_steps(old, within=_pruned, step=PRUNED_AT_ONCE)


def _pruned(removed: int) -> None:
    record(None, "audit.prune", changes={"entries": [removed, 0]}, username="", via="retention")


def csv_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    text = str(value)
    return f"'{text}" if text.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text
