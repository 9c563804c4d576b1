"""Background tasks of accounts."""

from __future__ import annotations

from core.accounts import audit


def audit_prune() -> None:
    audit.prune()
