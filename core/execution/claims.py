"""Who may start something: one process at a time, and a dead one's claim is taken over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.execution.process_identity import identity, is_process

CLAIM_SECONDS = 60  # a launch on another host that took longer has died with its worker
TASK_SECONDS = 180  # no task of a worker lives for longer (Q_CLUSTER's timeout is 120)


class Launched(models.Model):
    """What is handed to an executor: by whom it is being started, and whether it was."""

    executor = models.CharField(_("executor"), max_length=16, default="", blank=True)
    handle: models.JSONField[dict[str, Any]] = models.JSONField(_("handle"), default=dict)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    claimed_by: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    attempt = models.IntegerField(_("launches"), default=1)
    reason_code = models.CharField(_("reason code"), max_length=64, default="", blank=True)
    reason_params: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    notice_code = models.CharField(max_length=64, default="", blank=True)
    notice_params: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    trouble_count = models.PositiveIntegerField(default=0, editable=False)
    """How often in a row the platform failed to look after it; `retry_at`: not again before."""
    retry_at = models.DateTimeField(null=True, blank=True, editable=False)

    if TYPE_CHECKING:  # each kind has its own definition of these
        status: Any
        host: Any
        stop_requested_at: Any

    class Meta:
        abstract = True


L = TypeVar("L", bound=Launched)


def claim(row: L, **still: Any) -> bool:
    """Take `row` for this process if it still is as we saw it (`still`) and nobody may act on it.

    Compare-and-set: of any number of callers one gets True.
    """
    if row.claimed_at is not None and _claimer_may_act(row):
        return False
    me = {"host": settings.PLATFORM_HOST, **identity()}
    rows = type(row)._default_manager.filter(
        pk=row.pk, submitted_at=None, claimed_at=row.claimed_at, **still
    )
    return bool(rows.update(claimed_at=timezone.now(), claimed_by=me))


def _claimer_may_act(row: Launched) -> bool:
    """A claimer of this host is asked for by name; another host's is given its time."""
    who = row.claimed_by
    age = timezone.now() - row.claimed_at if row.claimed_at else timedelta(0)
    if who.get("host") == settings.PLATFORM_HOST:
        return is_process(who) and age < timedelta(seconds=TASK_SECONDS)
    return age < timedelta(seconds=CLAIM_SECONDS)
