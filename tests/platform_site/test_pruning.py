"""Old rows go in steps, whole steps, and only old ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_q.models import Task

from core import pruning
from core.accounts import audit, tasks
from core.accounts.models import AuditEntry
from core.pruning import remove_in_steps
from datasets.models import Dataset
from deployments.door.usage import usage_prune
from deployments.models import Usage
from projects.models import Run

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_each_step_of_the_trail_is_bounded_and_written_down(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PRUNED_AT_ONCE", 10)
    settings.AUDIT_RETENTION_DAYS = 365
    old, new = NOW - timedelta(days=400), NOW - timedelta(days=10)
    AuditEntry.objects.bulk_create(AuditEntry(at=at, action="x") for at in [old] * 25 + [new] * 5)
    assert audit.prune() == 25
    assert AuditEntry.objects.filter(action="x").count() == 5
    told = [entry.changes["entries"] for entry in AuditEntry.objects.filter(action="audit.prune")]
    assert sorted(told) == [[5, 0], [10, 0], [10, 0]]


def test_a_step_that_fails_takes_nothing(db: None) -> None:
    Session.objects.bulk_create(
        Session(session_key=f"k{number}", expire_date=NOW) for number in range(6)
    )

    def fail(removed: int) -> None:
        raise RuntimeError(removed)

    with pytest.raises(RuntimeError):
        remove_in_steps(Session.objects.order_by("expire_date"), within=fail, step=3)
    assert Session.objects.count() == 6


def test_it_ends_in_time_and_goes_on_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "PAUSE", 0.05)
    Session.objects.bulk_create(
        Session(session_key=f"k{number}", expire_date=NOW) for number in range(40)
    )
    rows = Session.objects.order_by("expire_date")
    assert 0 < remove_in_steps(rows, step=2, seconds=0.1) < 40
    remove_in_steps(rows, step=20)
    assert not Session.objects.exists()


def test_what_is_over_goes_and_what_lives_stays(db: None) -> None:
    hour = timedelta(hours=1)
    for key, expires in (("over", NOW - hour), ("living", NOW + hour)):
        Session.objects.create(session_key=key, expire_date=expires)
    caches["limits"].set("over", 1, timeout=-10)
    caches["limits"].set("living", 1, timeout=600)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE limits SET expires = '2020-01-01' WHERE cache_key LIKE '%%over'")
    for key, days in (("old", 60), ("new", 1)):
        stopped = NOW - timedelta(days=days)
        Task.objects.create(
            id=key, name=key, func="f", started=stopped, stopped=stopped, success=False
        )
    tasks.tidy()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["living"]
    assert list(Task.objects.values_list("id", flat=True)) == ["new"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM limits")
        assert [key.rpartition(":")[2] for (key,) in cursor.fetchall()] == ["living"]


def test_usage_stays_for_ever_unless_told(alice: User, settings: Any) -> None:
    for days in (1, 100):
        day = NOW.date() - timedelta(days=days)
        Usage.objects.create(user=alice, day=day, model="m", model_digest=str(days))
    usage_prune()
    assert Usage.objects.count() == 2
    settings.USAGE_RETENTION_DAYS = 30
    usage_prune()
    assert Usage.objects.count() == 1


def test_a_load_is_drawn_from_its_seed_and_not_put_among_peoples_rows(settings: Any) -> None:
    call_command("make_load", scale=0.001, runs=30, seed=7, verbosity=0)
    names = sorted(Run.objects.values_list("project__name", "status", "method"))
    assert len(names) == 30
    assert Dataset.objects.count() == 10
    assert not Run.objects.filter(host=settings.PLATFORM_HOST).exists()
    with pytest.raises(CommandError, match="--beside"):
        call_command("make_load", scale=0.001, verbosity=0)
