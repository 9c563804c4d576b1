"""A job's own part of its life: what it reads, when there is room for it, what its end means.

A crashed attempt is followed by another, which skips the shards that are done: no line is read
twice but those of the shard in hand.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Q

from core.errors import PlatformError
from core.execution.executor import ExecutorError, Observation, Spec
from core.execution.machine import End, Machine, Verdict
from datasets.deid_jobs.finish import finish
from datasets.deid_jobs.selectors import format_of, job_folder, jobs_folder
from datasets.deid_jobs.state import JOBS, run_folder
from datasets.models import JOB_ACTIVE, FileJob, JobKind, JobStatus
from datasets.selectors import file_path
from deid import keys, selectors
from deid.engine.job.spec import UNREADABLE, Folder, read_json
from deid.engine.job.spec import Spec as JobSpec
from deid.recognizers import besides

ATTEMPTS = 3  # crashes after which a job is given up
KEPT_SECONDS = 7 * 86400  # folders of jobs that ended without success, so that they can go on
CRASHES = {"never_began", "wrapper_gone", "host_restarted", "folder_gone"}


class JobMachine(Machine[FileJob]):
    """Jobs wait for room on their host, one after the other."""

    states = JOBS
    waiting = JobStatus.PENDING
    related = ("source", "dataset", "policy_version__policy")
    one_at_a_time = True

    def home(self) -> Path:
        return jobs_folder()

    def may_launch(self, row: FileJob) -> bool:
        """A job has all cores; the next waits for its end."""
        taken = Q(submitted_at__isnull=False) | Q(claimed_at__isnull=False)
        working = FileJob.objects.filter(taken, host=row.host, status__in=JOB_ACTIVE)
        return working.exclude(id=row.id).count() < settings.DEID_JOBS

    def prepare(self, row: FileJob) -> Spec:
        source = file_path(row.source)
        if not source.is_file():
            raise ExecutorError("source_gone")
        root = job_folder(row)
        Folder(root).write_spec(_job_spec(row, source))
        folder = run_folder(row)
        folder.create()
        return Spec(
            key=self.key(row),
            folder=folder,
            argv=[sys.executable, "-m", "deid.engine.job", str(root)],
            env={"LLM_PLATFORM_RUN_ID": self.key(row), "PYTHONUNBUFFERED": "1"},
            digest={},
            grace=settings.RUN_STOP_GRACE,
            opening=f"{row.kind} {row.source.name}",
            cwd=str(settings.BASE_DIR),
        )

    def begun(self, row: FileJob) -> dict[str, Any]:
        return {"code": "running", "reason_code": "", "reason_params": {}}

    def look(self, row: FileJob, seen: Observation) -> None:
        data = read_json(Folder(job_folder(row)).progress)
        if data is None:
            return
        now = {"done": data["done"], "total": data["total"], "remaining": data["remaining_s"]}
        if any(getattr(row, name) != value for name, value in now.items()):
            self._attempt(row).filter(status__in=JOB_ACTIVE).update(**now)
            for name, value in now.items():
                setattr(row, name, value)

    def verdict(self, row: FileJob, end: End) -> Verdict | None:
        code = end.result.returncode if end.result else None
        if code == 0:
            finish(row)
            return None
        if row.stop_requested_at is not None:
            return Verdict(JobStatus.STOPPED, "stopped")
        if code == UNREADABLE:
            error = read_json(job_folder(row) / "error.json") or {}
            return Verdict(JobStatus.FAILED, str(error.get("code", "encoding")))
        if code is None and end.code not in CRASHES:
            return Verdict(JobStatus.FAILED, end.code, end.params)
        if row.attempt >= ATTEMPTS:
            params = {"attempts": row.attempt, "code": -9 if code is None else code}
            return Verdict(JobStatus.FAILED, "crashed", params)
        return Verdict(JobStatus.PENDING, "retry", {}, {**NEXT_ATTEMPT, "reason_code": "retry"})


NEXT_ATTEMPT: dict[str, Any] = {
    "attempt": F("attempt") + 1, "submitted_at": None, "claimed_at": None, "claimed_by": {},
    "handle": {},
}  # fmt: skip
MACHINE = JobMachine()


def _job_spec(job: FileJob, source: Path) -> JobSpec:
    content = job.policy_version.content
    key = content.get("key", "")
    vault = job.kind == JobKind.DEIDENTIFY and content.get("keep_mapping", False)
    try:
        if key:
            keys.key_read(key)  # raises where it is missing: better now than in every shard
        if vault:
            keys.key_make(keys.VAULT)
        own = besides()
        selectors.content_of(job.policy_version)  # raises where a recogniser is gone
    except PlatformError as error:
        raise ExecutorError("key", why=error.message) from error
    return JobSpec(
        kind=job.kind,
        source=str(source),
        format=format_of(job.source) or "text",
        policy=content,
        processes=settings.DEID_PROCESSES or os.cpu_count() or 1,
        day=job.created_at.date().isoformat(),
        key_file=str(keys.key_path(key)) if key else "",
        model=own.model,
        recognizers=own.recognizers,
        vault_key_file=str(keys.key_path(keys.VAULT)) if vault else "",
    )


def prune_folders() -> None:
    """Housekeeping: folders of jobs that are gone, and of those that ended a week ago."""
    root = jobs_folder()
    if not root.is_dir():
        return
    states: dict[str, Any] = {
        str(key): status for key, status in FileJob.objects.values_list("id", "status")
    }
    for folder in root.iterdir():
        status = states.get(folder.name)
        old = time.time() - folder.stat().st_mtime > KEPT_SECONDS
        if status is None or (status not in JOB_ACTIVE and old):
            shutil.rmtree(folder, ignore_errors=True)
