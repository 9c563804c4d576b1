"""A file of which rows could only be read as text is never clean, nor done without a word."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from core.accounts.actor import Actor
from datasets.deid_jobs.finish import finish
from datasets.deid_jobs.selectors import job_folder
from datasets.models import Dataset, DatasetFile, DataState, FileJob, JobKind, JobStatus
from deid.selectors import version_for
from tests.conftest import client_of
from tests.support.deid_lab import Lab

pytestmark = pytest.mark.django_db
BROKEN = b'a,b\n1,"x" y\n2,z\n'


def done(owner: User, kind: JobKind, content: bytes) -> FileJob:
    dataset = Dataset.objects.create(name="d", owner=owner)
    file = DatasetFile.objects.create(
        dataset=dataset, name="a.csv", stored_name="a.csv", size=len(content)
    )
    job = FileJob.objects.create(
        kind=kind, dataset=dataset, source=file, status=JobStatus.RUNNING, host="h",
        policy_version=version_for(Actor(owner, "session"), None),
    )  # fmt: skip
    Lab(job_folder(job)).run(content, ".csv", "csv", kind=kind)
    finish(job)
    job.refresh_from_db()
    return job


def files(owner: User, job: FileJob) -> dict[str, Any]:
    data = client_of(owner).get(f"/api/v1/datasets/{job.dataset_id}").json()
    return {one["name"]: one for one in data["files"]}


@pytest.mark.parametrize("content, state", [(BROKEN, "personal"), (b"a,b\n1,x\n", "clean")])
def test_a_scan_with_broken_rows_is_not_clean(
    alice: User, required: None, content: bytes, state: str
) -> None:
    job = done(alice, JobKind.SCAN, content)
    assert job.source.__class__.objects.get(id=job.source_id).data_state == DataState(state)


def test_a_new_file_says_how_much_of_it_was_read_as_text(alice: User, required: None) -> None:
    job = done(alice, JobKind.DEIDENTIFY, BROKEN)
    client = client_of(alice)
    told = client.get(f"/api/v1/datasets/jobs/{job.id}").json()
    assert told["broken_rows"] == 1 and told["report"]["broken_lines"] == [2]
    assert files(alice, job)["a.deidentified.csv"]["lineage"]["broken_rows"] == "1"
    page = client.get(f"/datasets/jobs/{job.id}/").content.decode()
    assert "plain text: 1." in page and "First lines: 2." in page
    assert "only as plain text: 1" in client.get(f"/datasets/{job.dataset_id}/").content.decode()
