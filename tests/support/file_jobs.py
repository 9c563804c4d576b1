"""Scans and de-identifications of uploads without processes: the job's own program, in ours."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from core.accounts.actor import Actor
from datasets.deid_jobs.finish import finish
from datasets.deid_jobs.selectors import format_of, job_folder
from datasets.deid_jobs.services import job_start
from datasets.models import DatasetFile, FileJob, JobKind, JobStatus
from datasets.selectors import file_path
from deid import keys
from deid.engine.job import __main__ as program
from deid.engine.job.shard import do_shard
from deid.engine.job.spec import Folder, Spec
from deid.engine.job.work import ShardWork
from deid.models import PolicyVersion
from deid.services import policy_create
from tests.accounts.conftest import put_file


def uploaded(
    client: Client, name: str, content: bytes, *, dataset: str = "", visibility: str = "private"
) -> DatasetFile:
    """A file, in a dataset of its own unless told."""
    if not dataset:
        made = client.post("/api/v1/datasets", {"name": f"of {name}"}, "application/json").json()
        dataset = made["id"]
    answer = put_file(client, f"/api/v1/datasets/{dataset}/files", name, content)
    assert answer.status_code == 200, answer.content
    file = DatasetFile.objects.get(id=answer.json()["upload_id"])
    file.dataset.visibility = visibility
    file.dataset.save()
    return file


def version_of(user: User, slug: str, **content: Any) -> PolicyVersion:
    return policy_create(actor=Actor(user, "session"), slug=slug, content=content).latest


def built_in() -> PolicyVersion:
    return PolicyVersion.objects.get(policy__slug="default")


def worked_on(user: User, file: DatasetFile, kind: JobKind, version: PolicyVersion) -> FileJob:
    """A job from its beginning to its end."""
    job = job_start(actor=Actor(user, "session"), file=file, kind=kind, version=version)
    folder = Folder(job_folder(job))
    key = version.content.get("key", "")
    kept = version.content.get("keep_mapping", False)
    if kept:
        keys.key_make(keys.VAULT)
    folder.write_spec(
        Spec(
            kind=kind,
            source=str(file_path(file)),
            format=format_of(file) or "text",
            policy=version.content,
            processes=1,
            day=date.today().isoformat(),
            key_file=str(keys.key_path(key)) if key else "",
            vault_key_file=str(keys.key_path(keys.VAULT)) if kept else "",
        )
    )
    plan = program._plan(folder)
    work = ShardWork(folder.root)
    for number in range(len(plan.shards)):
        do_shard(work, number)
    program.put_together(folder, plan)
    FileJob.objects.filter(id=job.id).update(status=JobStatus.RUNNING)
    job.refresh_from_db()
    finish(job)
    job.refresh_from_db()
    file.refresh_from_db()
    return job
