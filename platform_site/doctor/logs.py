"""Lines of the platform's own that should be in a log and are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from deployments.models import Deployment, DeploymentEvent
from deployments.run.paths import run_folder as deployment_folder
from platform_site.doctor.facts import Facts
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity
from projects.models import Run, RunEvent
from projects.runs.paths import run_folder

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
    for row, since in _overdue(facts, RunEvent, "run", Run):
        folder = run_folder(row)
        if folder.exists():
            yield Finding("events_unwritten", f"run {row.id}", {"log": folder.log}, since)
    for row, since in _overdue(facts, DeploymentEvent, "deployment", Deployment):
        log = deployment_folder(row).log
        if log.parent.is_dir():
            yield Finding("events_unwritten", f"deployment {row.id}", {"log": log}, since)


def _overdue(facts: Facts, events: Any, field: str, model: Any) -> Iterator[tuple[Any, Any]]:
    """Rows of this host with the moment of their oldest unwritten line."""
    late = events.objects.filter(written=False, timestamp__lt=facts.now - PATIENCE)
    oldest = dict(late.order_by().values_list(field).annotate(Min("timestamp"))[:MOST])
    for row in model.objects.filter(id__in=list(oldest), host__in=["", facts.here]):
        yield row, oldest[row.id]


CHECKS = [events_unwritten]
