"""The one function by which a run changes state, and its words in the run's log."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from core.execution.leases import Holder, lease_release
from core.execution.log_events import write_events
from projects.models import ACTIVE_STATUSES, LEGAL_TRANSITIONS, Run, RunEvent, RunStatus
from projects.runs.messages import render
from projects.runs.paths import run_folder


class IllegalTransition(Exception):
    """Somebody asked for a change of state that the table does not have."""


LEVELS = {RunStatus.FAILED: "error", RunStatus.STOPPED: "warning"}


def transition(
    run: Run,
    to: RunStatus,
    *,
    code: str,
    params: dict[str, Any] | None = None,
    in_log: bool = False,
    **fields: Any,
) -> bool:
    """Move `run` to `to` if it still is where we saw it (compare-and-set).

    False if somebody else moved it first; then `run` is refreshed. Raises IllegalTransition.
    """
    before = run.status
    if to not in LEGAL_TRANSITIONS[before]:
        raise IllegalTransition(f"run {run.id}: {before} -> {to}")
    ended = to not in ACTIVE_STATUSES
    now = timezone.now()
    changes: dict[str, Any] = {"status": to, "updated_at": now, **fields}
    if ended:
        changes |= {
            "finished_at": fields.get("finished_at", now),
            "reason_code": code,
            "reason_params": params or {},
            "notice_code": "",
            "notice_params": {},
        }
    with transaction.atomic():
        moved = Run.objects.filter(id=run.id, status=before).update(**changes)
        if moved:
            event_add(run, code=code, params=params, level=LEVELS.get(to, "info"), in_log=in_log)
            if ended:
                lease_release(holder_of(run))
    run.refresh_from_db()
    events_flush(run)
    return bool(moved)


def holder_of(run: Run) -> Holder:
    return Holder("run", run.id)


def event_add(
    run: Run,
    *,
    code: str,
    params: dict[str, Any] | None = None,
    level: str = "info",
    in_log: bool = False,
) -> None:
    """Record a line for the log in the caller's transaction; `events_flush` writes it."""
    RunEvent.objects.create(run=run, code=code, params=params or {}, level=level, written=in_log)


def events_flush(run: Run) -> None:
    """Write the lines that are not in the log yet."""
    if (folder := run_folder(run)).exists():
        write_events(RunEvent.objects.filter(run=run), folder, render)
