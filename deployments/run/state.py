"""The one function by which a deployment changes state, and its words in the log."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from core.execution.leases import lease_release
from core.execution.log_events import write_events
from deployments.choices import ACTIVE, LEGAL_TRANSITIONS, DeploymentStatus
from deployments.models import Deployment, DeploymentEvent
from deployments.run.messages import render
from deployments.run.paths import run_folder
from deployments.run.placement import holder_of

LEVELS = {DeploymentStatus.FAILED: "error", DeploymentStatus.STOPPED: "warning"}


class IllegalTransition(Exception):
    """Somebody asked for a change of state that the table does not have."""


def transition(
    deployment: Deployment,
    to: DeploymentStatus,
    *,
    code: str,
    params: dict[str, Any] | None = None,
    in_log: bool = False,
    still: dict[str, Any] | None = None,
    **fields: Any,
) -> bool:
    """Move it if it still is where, and in the attempt in which, we saw it (compare-and-set).

    `still`: what else must be so. One that ends gives its leases back in the same transaction.
    False if somebody else moved it first; then `deployment` is refreshed. Raises
    IllegalTransition.
    """
    before, attempt = deployment.status, deployment.attempt
    if to not in LEGAL_TRANSITIONS[before]:
        raise IllegalTransition(f"deployment {deployment.id}: {before} -> {to}")
    now = timezone.now()
    changes: dict[str, Any] = {"status": to, "updated_at": now, **fields}
    if to not in ACTIVE:
        changes = {
            "stopped_at": now, "reason_code": code, "reason_params": params or {},
            "notice_code": "", "notice_params": {}, "phase_code": "", "phase_params": {},
            "health_ok": False, "pid": None, "load": {}, **changes,
        }  # fmt: skip
    with transaction.atomic():
        rows = Deployment.objects.filter(id=deployment.id, status=before, attempt=attempt)
        moved = rows.filter(**(still or {})).update(**changes)
        if moved:
            level = LEVELS.get(to, "info")
            event_add(deployment, code=code, params=params, level=level, in_log=in_log)
            if to not in ACTIVE:
                lease_release(holder_of(deployment))
    deployment.refresh_from_db()
    events_flush(deployment)
    return bool(moved)


def event_add(
    deployment: Deployment,
    *,
    code: str,
    params: dict[str, Any] | None = None,
    level: str = "info",
    in_log: bool = False,
) -> None:
    """Record a line for the log in the caller's transaction; `events_flush` writes it."""
    DeploymentEvent.objects.create(
        deployment=deployment, code=code, params=params or {}, level=level, written=in_log
    )


def events_flush(deployment: Deployment) -> None:
    """Write the lines that are not in the log yet."""
    write_events(
        DeploymentEvent.objects.filter(deployment=deployment), run_folder(deployment), render
    )
