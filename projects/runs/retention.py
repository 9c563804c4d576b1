"""Which checkpoints of ended runs are kept: by count and by age, as the operator has set."""

from __future__ import annotations

import logging
import shutil
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from projects.models import ACTIVE_STATUSES, Run
from projects.runs.checkpoints import whole_checkpoints
from projects.runs.paths import run_folder, runs_ended_here
from projects.runs.state import event_add, events_flush

logger = logging.getLogger(__name__)


def checkpoints_prune() -> None:
    """Housekeeping. Never takes a result, nor a checkpoint that an active run goes on from."""
    if not settings.RUN_CHECKPOINTS_KEPT and not settings.RUN_CHECKPOINT_DAYS:
        return
    needed = Run.objects.filter(status__in=ACTIVE_STATUSES, parent__isnull=False)
    for run in runs_ended_here().exclude(id__in=needed.values("parent_id")).iterator():
        if surplus := surplus_checkpoints(run):
            _remove(run, surplus)


def surplus_checkpoints(run: Run) -> list[str]:
    """Names of those that the rules no longer keep, oldest first."""
    whole = whole_checkpoints(run)
    days = settings.RUN_CHECKPOINT_DAYS
    if days and run.finished_at and timezone.now() - run.finished_at > timedelta(days=days):
        return whole
    kept = settings.RUN_CHECKPOINTS_KEPT
    return whole[:-kept] if kept else []


def _remove(run: Run, names: list[str]) -> None:
    gone = []
    for name in names:
        folder = run_folder(run).output / name
        try:
            # Renamed first: from then on nobody takes a half-removed one for whole.
            doomed = folder.with_name(f".{name}.removed")
            folder.rename(doomed)
            shutil.rmtree(doomed)
            gone.append(name)
        except OSError as error:
            logger.warning("run %s: %s not removed: %s", run.id, name, error)
    if gone:
        event_add(run, code="checkpoints_removed", params={"names": ", ".join(gone)})
        events_flush(run)
        Run.objects.filter(id=run.id).update(indexed_at=None)  # the log has grown, files are gone
