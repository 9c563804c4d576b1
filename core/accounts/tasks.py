"""Background tasks of accounts."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import Task

from core.accounts import audit
from core.pruning import STEP, remove_in_steps

FAILURES_KEPT = timedelta(days=30)


def audit_prune() -> None:
    audit.prune()


def tidy() -> None:
    """Remove what nobody reads any more: log-ins and limits that are over, old failures."""
    now = timezone.now()
    remove_in_steps(Session.objects.filter(expire_date__lt=now).order_by("expire_date"))
    failed = Task.objects.filter(success=False, stopped__lt=now - FAILURES_KEPT)
    remove_in_steps(failed.order_by("stopped"))
    _limits_tidy()


def _limits_tidy() -> None:
    """The cache of limits removes nothing before it is full, and counts its rows at each write."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM limits WHERE cache_key IN"
            " (SELECT cache_key FROM limits WHERE expires < %s ORDER BY expires LIMIT %s)",
            [connection.ops.adapt_datetimefield_value(timezone.now().replace(tzinfo=None)), STEP],
        )
