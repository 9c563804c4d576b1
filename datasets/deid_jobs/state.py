"""The one function by which a job changes state."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from datasets.models import JOB_ACTIVE, JOB_TRANSITIONS, FileJob, JobStatus


class IllegalTransition(Exception):
    """Somebody asked for a change of state that the table does not have."""


def transition(
    job: FileJob, to: JobStatus, *, code: str = "", params: dict[str, Any] | None = None,
    **fields: Any,
) -> bool:  # fmt: skip
    """Move `job` if it still is where, and in the attempt in which, we saw it (compare-and-set).

    False if somebody else moved it first; either way `job` is refreshed. Raises
    IllegalTransition.
    """
    before = job.status
    if to not in JOB_TRANSITIONS[before]:
        raise IllegalTransition(f"job {job.id}: {before} -> {to}")
    changes = {"status": to, "reason_code": code, "reason_params": params or {}, **fields}
    if to not in JOB_ACTIVE:
        changes |= {"finished_at": timezone.now(), "remaining": None}
    moved = FileJob.objects.filter(id=job.id, status=before, attempt=job.attempt).update(**changes)
    job.refresh_from_db()
    return bool(moved)
