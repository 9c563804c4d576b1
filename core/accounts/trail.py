"""Reads of the audit trail: by what an index finds, then by what is only looked through."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from core.accounts.models import AuditEntry
from core.identifiers import NIL, as_uuid
from core.pages.keyset import Fits, Key, Order, Slice

# The next action after each, by the index alone: there are few kinds of many entries.
_ACTIONS = """
WITH RECURSIVE known(action) AS (
    SELECT MIN(action) FROM accounts_auditentry
    UNION ALL
    SELECT (SELECT MIN(action) FROM accounts_auditentry WHERE action > known.action)
    FROM known WHERE known.action IS NOT NULL
)
SELECT action FROM known WHERE action IS NOT NULL
"""


class Sought(NamedTuple):
    """Entries, newest first, that an index finds; and how the rest is narrowed, if it is."""

    rows: QuerySet[AuditEntry]
    fits: Fits[AuditEntry] | None = None


def entry_list(
    *,
    user: str = "",
    action: str = "",
    text: str = "",
    refused: bool | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Sought:
    """Exact user; an action or its beginning; an id or address, or a part of an object's name."""
    rows = AuditEntry.objects.all()
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lt=until)
    wanted = [_text(text)] if text else []
    if user:
        wanted.append((True, Q(username=user)))
    if action:
        wanted.append(_action(action))
    if refused is not None:
        wanted.append((refused, Q(refused=refused)))
    wanted.sort(key=lambda one: not one[0])  # one index is walked: of the first that has one
    if wanted and wanted[0][0]:
        rows = rows.filter(wanted.pop(0)[1])
    left = Q(*(condition for _indexed, condition in wanted))
    return Sought(rows, (lambda found: found.filter(left)) if wanted else None)


def _text(text: str) -> tuple[bool, Q]:
    if (key := as_uuid(text)) != NIL:
        return True, Q(object_id=str(key))
    try:
        return True, Q(address=str(ipaddress.ip_address(text)))
    except ValueError:
        return False, Q(object_name__icontains=text) | Q(object_id=text) | Q(address=text)


def _action(begin: str) -> tuple[bool, Q]:
    names = [name for name in actions_known() if name.startswith(begin)]
    return len(names) == 1, Q(action__in=names) if len(names) != 1 else Q(action=names[0])


def actions_known() -> list[str]:
    """All actions of which there are entries."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTIONS)
        return [row[0] for row in cursor.fetchall()]


def key_before(entry_id: int) -> Key:
    """The place in the trail of an entry, or of the one before it where it is gone."""
    found = AuditEntry.objects.filter(id__lte=entry_id).order_by("-id")
    at = found.values_list("at", flat=True).first()
    return [at or datetime.min.replace(tzinfo=UTC), entry_id]


def entries_all(sought: Sought, most: int, step: int = 2_000) -> Iterator[list[AuditEntry]]:
    """Those sought, newest first and `most` in all, some at a time: for exports."""
    order, key = Order(sought.rows), None
    while most > 0:
        found = Slice(order, sought.rows, key, sought.fits, min(step, most))
        most -= len(found.rows)
        yield found.rows
        key = found.next
        if key is None:
            return
