"""The one function by which a job changes state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.execution.run_folder import RunFolder
from core.execution.transitions import Transitions
from datasets.deid_jobs.messages import render
from datasets.deid_jobs.selectors import job_folder
from datasets.models import JOB_ACTIVE, JOB_TRANSITIONS, FileJob, FileJobEvent


def run_folder(job: FileJob) -> RunFolder:
    """Of this attempt; what was done lies beside the attempts."""
    return RunFolder(job_folder(job) / "attempts" / str(job.attempt))


def _at_end(now: datetime, code: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"finished_at": now, "remaining": None, "reason_code": code, "reason_params": params}


JOBS = Transitions(
    name="job", model=FileJob, event=FileJobEvent, owner="job", table=JOB_TRANSITIONS,
    active=JOB_ACTIVE, folder=run_folder, render=render, at_end=_at_end, has_log=False,
)  # fmt: skip
transition = JOBS.transition
