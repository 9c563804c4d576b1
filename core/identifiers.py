"""Ids as they come in from outside."""

from __future__ import annotations

import uuid

NIL = uuid.UUID(int=0)  # no row has it


def as_uuid(value: object) -> uuid.UUID:
    """The UUID that `value` spells, or the nil one: a malformed id is simply not found."""
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        return NIL
