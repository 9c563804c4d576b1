"""What people ask of jobs: start, stop, go on."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict, NotFound
from datasets.deid_jobs.lifecycle import MACHINE, NEXT_ATTEMPT
from datasets.deid_jobs.selectors import format_needed
from datasets.deid_jobs.state import transition
from datasets.models import JOB_ACTIVE, DatasetFile, FileJob, JobKind, JobStatus
from deid.models import PolicyVersion


def job_start(*, actor: Actor, file: DatasetFile, kind: JobKind, version: PolicyVersion) -> FileJob:
    """Make a job and hand it to the worker. Raises Forbidden, Invalid, Conflict."""
    actor.require("datasets.change_dataset", file.dataset)
    actor.require("deid.view_deidpolicy", version.policy)
    format_needed(file)
    with transaction.atomic():
        locked = DatasetFile.objects.select_for_update().filter(id=file.id).first()
        if locked is None:
            raise NotFound(_("There is no such upload"))
        if locked.jobs.filter(status__in=JOB_ACTIVE, kind=kind).exists():
            raise Conflict(_("Such a job is already at work on this file"))
        job = FileJob.objects.create(
            kind=kind, dataset=file.dataset, source=file, policy_version=version,
            host=settings.PLATFORM_HOST, total=file.size, started_by=actor.user,
        )  # fmt: skip
        changes = {"file": [None, file.name], "policy": [None, str(version)]}
        audit.record(actor, f"dataset.{kind}", file.dataset, changes=changes)
        async_task("datasets.tasks.job_launch", str(job.id))
    return job


def job_stop(*, actor: Actor, job: FileJob) -> FileJob:
    """Ask for the end of a job; what it has done stays, so that it can go on. Conflict if ended."""
    actor.require("datasets.change_dataset", job.dataset)
    with transaction.atomic():
        asked = FileJob.objects.filter(
            id=job.id, status__in=JOB_ACTIVE, stop_requested_at=None
        ).update(stop_requested_at=timezone.now())
        if asked:
            changes = {"job": [str(job.id), None]}
            audit.record(actor, "dataset.job_stop", job.dataset, changes=changes)
    job.refresh_from_db()
    if not asked and not job.is_active:
        raise Conflict(_("The job has already ended (%(status)s)") % {"status": job.status})
    MACHINE.stop_unclaimed(job)
    if job.is_active:
        async_task("datasets.tasks.job_reconcile", str(job.id), cluster=job.host)
    return job


def job_resume(*, actor: Actor, job: FileJob) -> FileJob:
    """Let a stopped or failed job go on where it was. Raises Conflict."""
    actor.require("datasets.change_dataset", job.dataset)
    if job.status not in (JobStatus.STOPPED, JobStatus.FAILED):
        raise Conflict(_("Only a stopped or failed job can go on"))
    with transaction.atomic():
        moved = transition(
            job, JobStatus.PENDING, code="resumed", **NEXT_ATTEMPT, stop_requested_at=None,
            finished_at=None, reason_code="", reason_params={},
            host=settings.PLATFORM_HOST if job.reason_code == "host_given_up" else job.host,
        )  # fmt: skip
        if not moved:
            raise Conflict(_("The job has changed meanwhile; look again"))
        changes = {"job": [None, str(job.id)]}
        audit.record(actor, "dataset.job_resume", job.dataset, changes=changes)
        async_task("datasets.tasks.job_launch", str(job.id))
    return job
