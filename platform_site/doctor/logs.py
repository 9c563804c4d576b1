"""Lines of the platform's own that should be in a log and are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from core.execution.machine import Machine
from platform_site.doctor.facts import Facts
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity
from platform_site.doctor.rows import Owner
from platform_site.hosts import MACHINES

PATIENCE = timedelta(minutes=1)
MOST = 200  # rows looked at; more of them have one cause

CODES: Codes = {
    "events_unwritten": Explanation(
        Severity.ERROR,
        _("Lines of the platform about %(subject)s are not in its log %(log)s"),
        _("See that the log can be written (space, owner) and that the agent runs"),
    ),
}


def events_unwritten(facts: Facts) -> Iterator[Finding]:
    """What was never prepared has no log to write to."""
    for machine in MACHINES:
        if machine.states.has_log:
            yield from _of_kind(machine, facts)


def _of_kind(machine: Machine[Any], facts: Facts) -> Iterator[Finding]:
    states = machine.states
    late = states.event._default_manager.filter(
        written=False, timestamp__lt=facts.now - PATIENCE
    ).order_by()
    oldest = dict(late.values_list(states.owner).annotate(Min("timestamp"))[:MOST])
    mine = states.model._default_manager.filter(pk__in=list(oldest), host__in=["", facts.here])
    for owner in (Owner(machine, row) for row in mine):
        log = owner.folder.log
        if log.parent.is_dir():
            since = oldest[owner.row.pk]
            yield Finding("events_unwritten", owner.subject, {"log": log}, since)


CHECKS = [events_unwritten]
