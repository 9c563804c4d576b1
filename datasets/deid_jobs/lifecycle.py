"""What the worker and the agent do with jobs: launch, observe, settle, sweep.

All of it may be called by anybody, any number of times, at any moment; only the host that the
job was made on acts. A crashed attempt is followed by another, which skips the shards that are
done: no line is read twice but those of the shard in hand.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from core.errors import PlatformError
from core.execution.claims import claim
from core.execution.executor import ExecutorError, Observation, ProcessState, Spec
from core.execution.local import LocalExecutor
from core.execution.run_folder import RunFolder
from core.files.uploads import FULL_DISK_ERRORS
from datasets.deid_jobs.finish import finish
from datasets.deid_jobs.selectors import job_folder, jobs_folder
from datasets.deid_jobs.services import format_of
from datasets.deid_jobs.state import transition
from datasets.models import JOB_ACTIVE, FileJob, JobKind, JobStatus
from datasets.selectors import file_path
from deid import keys
from deid.engine.job.spec import UNREADABLE, Folder, read_json
from deid.engine.job.spec import Spec as JobSpec

ATTEMPTS = 3  # crashes after which a job is given up
UNCLAIMED_SECONDS = 3
BEGIN_SECONDS = 60
KEPT_SECONDS = 7 * 86400  # folders of jobs that ended without success, so that they can go on
EXECUTOR = LocalExecutor()


def run_folder(job: FileJob) -> RunFolder:
    """Of this attempt; what was done lies beside the attempts."""
    return RunFolder(job_folder(job) / "attempts" / str(job.attempt))


def job_launch(job_id: UUID | str) -> None:
    """Start one that waits, if the host has room for it."""
    job = FileJob.objects.filter(id=job_id, status=JobStatus.PENDING, submitted_at=None).first()
    if job is None or job.host != settings.PLATFORM_HOST or job.stop_requested_at is not None:
        return
    if not _has_room(job) or not claim(job, status=JobStatus.PENDING, attempt=job.attempt):
        return
    try:
        EXECUTOR.submit(_prepared(job))
    except ExecutorError as error:
        transition(job, JobStatus.FAILED, code=error.code, params=dict(error.params))
        return
    except FileNotFoundError:
        transition(job, JobStatus.FAILED, code="source_gone")
        return
    except OSError as error:
        full = error.errno in FULL_DISK_ERRORS
        code = "storage_full" if full else "start_failed"
        transition(job, JobStatus.FAILED, code=code, params={"why": str(error)})
        return
    except PlatformError as error:
        transition(job, JobStatus.FAILED, code="key", params={"why": error.message})
        return
    now = timezone.now()
    FileJob.objects.filter(id=job.id, attempt=job.attempt).update(submitted_at=now)
    job_reconcile(job.id)


def _has_room(job: FileJob) -> bool:
    """One job has all cores; the next waits for its end."""
    working = FileJob.objects.filter(
        host=job.host, status__in=JOB_ACTIVE, submitted_at__isnull=False
    ).exclude(id=job.id)
    return working.count() < settings.DEID_JOBS


def _prepared(job: FileJob) -> Spec:
    source = file_path(job.source)
    if not source.is_file():
        raise FileNotFoundError(source)
    content = job.policy_version.content
    key = content.get("key", "")
    if key:
        keys.key_read(key)  # raises where it is missing: better now than in every shard
    vault = job.kind == JobKind.DEIDENTIFY and content.get("keep_mapping", False)
    if vault:
        keys.key_make(keys.VAULT)
    root = job_folder(job)
    Folder(root).write_spec(
        JobSpec(
            kind=job.kind,
            source=str(source),
            format=format_of(job.source) or "text",
            policy=content,
            processes=settings.DEID_PROCESSES or os.cpu_count() or 1,
            day=job.created_at.date().isoformat(),
            key_file=str(keys.key_path(key)) if key else "",
            model=settings.DEID_MODEL,
            vault_key_file=str(keys.key_path(keys.VAULT)) if vault else "",
        )
    )
    folder = run_folder(job)
    folder.create()
    return Spec(
        key=f"{job.id}-{job.attempt}",
        folder=folder,
        argv=[sys.executable, "-m", "deid.engine.job", str(root)],
        env={"LLM_PLATFORM_RUN_ID": f"{job.id}-{job.attempt}", "PYTHONUNBUFFERED": "1"},
        digest={},
        grace=settings.RUN_STOP_GRACE,
        opening=f"{job.kind} {job.source.name}",
        cwd=str(settings.BASE_DIR),
    )


def job_reconcile(job_id: UUID | str) -> None:
    """Make the row say what is true on the machine."""
    job = FileJob.objects.select_related("source", "dataset", "policy_version__policy").filter(
        id=job_id
    ).first()  # fmt: skip
    if job is None or not job.is_active or job.host != settings.PLATFORM_HOST:
        return
    if job.submitted_at is None:
        if job.stop_requested_at is not None and job.claimed_at is None:
            transition(job, JobStatus.STOPPED, code="stopped")
        return
    folder = run_folder(job)
    if job.stop_requested_at is not None:
        EXECUTOR.stop(folder, {})
    seen = EXECUTOR.status(folder, {})
    _progress(job)
    _settle(job, seen)


def _progress(job: FileJob) -> None:
    data = read_json(Folder(job_folder(job)).progress)
    if data is None:
        return
    now = {"done": data["done"], "total": data["total"], "remaining": data["remaining_s"]}
    if any(getattr(job, name) != value for name, value in now.items()):
        FileJob.objects.filter(id=job.id, status__in=JOB_ACTIVE).update(**now)
        for name, value in now.items():
            setattr(job, name, value)


def _settle(job: FileJob, seen: Observation) -> None:
    if seen.state is ProcessState.STARTING:
        overdue = timezone.now() - timedelta(seconds=BEGIN_SECONDS)
        if job.submitted_at and job.submitted_at < overdue:
            _again(job, code=-1)
        return
    if job.status == JobStatus.PENDING and not transition(
        job, JobStatus.RUNNING, started_at=job.started_at or timezone.now()
    ):
        return
    if seen.state is ProcessState.EXITED and seen.result is not None:
        _settle_exit(job, seen.result.returncode)
    elif seen.state is ProcessState.LOST:
        EXECUTOR.kill(run_folder(job), {})  # its processes may have outlived the wrapper
        _again(job, code=-9)


def _settle_exit(job: FileJob, code: int) -> None:
    if code == 0:
        finish(job)
    elif job.stop_requested_at is not None:
        transition(job, JobStatus.STOPPED, code="stopped")
    elif code == UNREADABLE:
        error = read_json(job_folder(job) / "error.json") or {}
        transition(job, JobStatus.FAILED, code=str(error.get("code", "encoding")))
    else:
        _again(job, code=code)


def _again(job: FileJob, *, code: int) -> None:
    """Another attempt, or the end after too many."""
    if job.stop_requested_at is not None:
        transition(job, JobStatus.STOPPED, code="stopped")
    elif job.attempt >= ATTEMPTS:
        params = {"attempts": job.attempt, "code": code}
        transition(job, JobStatus.FAILED, code="crashed", params=params)
    else:
        if job.status == JobStatus.PENDING:
            transition(job, JobStatus.RUNNING)
        transition(
            job, JobStatus.PENDING, code="retry", attempt=F("attempt") + 1, submitted_at=None,
            claimed_at=None, claimed_by={},
        )  # fmt: skip


def job_sweep() -> None:
    """Launch what nobody took, look at every active job."""
    overdue = timezone.now() - timedelta(seconds=UNCLAIMED_SECONDS)
    mine = FileJob.objects.filter(host=settings.PLATFORM_HOST)
    waiting = mine.filter(status=JobStatus.PENDING, submitted_at=None, created_at__lt=overdue)
    for job_id in list(waiting.order_by("created_at").values_list("id", flat=True)):
        job_launch(job_id)
    for job_id in list(mine.filter(status__in=JOB_ACTIVE).values_list("id", flat=True)):
        job_reconcile(job_id)


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
            _remove(folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
