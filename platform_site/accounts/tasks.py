"""Background tasks of accounts."""

from __future__ import annotations

from platform_site.accounts import audit


def audit_prune() -> None:
    audit.prune()
