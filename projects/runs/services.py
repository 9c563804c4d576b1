"""What people ask of runs: start, repeat, resume, merge, stop, move in the queue."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict
from projects.models import ACTIVE_STATUSES, Run
from projects.runs.lifecycle import MACHINE
from projects.runs.merge import run_merge
from projects.runs.queue import run_set_priority
from projects.runs.repeat import run_repeat, run_resume, run_start, run_start_with
from projects.runs.state import event_add, events_flush

__all__ = [
    "run_merge", "run_repeat", "run_resume", "run_set_priority", "run_start", "run_start_with",
    "run_stop",
]  # fmt: skip


def run_stop(*, actor: Actor, run: Run) -> Run:
    """Ask for the end of a run; Conflict if it has ended. Asking twice is asking once."""
    actor.require("projects.change_project", run.project)
    with transaction.atomic():
        asked = Run.objects.filter(
            id=run.id, status__in=ACTIVE_STATUSES, stop_requested_at=None
        ).update(stop_requested_at=timezone.now(), updated_at=timezone.now())
        if asked:
            event_add(run, code="stop_requested", level="warning")
            audit.record(actor, "run.stop", run.project, changes={"run": [str(run.id), None]})
    run.refresh_from_db()
    if not asked and not run.is_active:
        raise Conflict(_("The run has already ended (%(status)s)") % {"status": run.status})
    MACHINE.stop_unclaimed(run)
    if run.is_active:
        # On the run's own host; the platform's one host where the run is of older days.
        async_task("projects.tasks.run_reconcile", str(run.id), cluster=run.host or None)
    events_flush(run)
    return run
