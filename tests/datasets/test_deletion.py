"""What is deleted leaves no readable copy, or it is said who keeps one, and why."""

from __future__ import annotations

import os
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone

from core.accounts.actor import Actor
from core.accounts.models import AuditEntry
from datasets import storage
from datasets.models import DatasetFile, FileJob, JobKind, JobStatus
from datasets.selectors import file_path
from datasets.services import _forget
from deid.models import VaultEntry
from projects.models import Run, RunStatus
from projects.runs.input_copies import copies_prune, frozen_copy
from projects.runs.paths import run_folder
from tests.conftest import client_of
from tests.support.file_jobs import built_in, uploaded, version_of, worked_on

pytestmark = pytest.mark.django_db
SECRET = "我叫李小明，电话13800138000。\n".encode()


@pytest.fixture
def alices(alice: User, required: None, settings: Any) -> Client:
    root = Path(settings.HOST_TRAINING_DIR)
    for name in ("configs", "scripts"):
        (root / name).mkdir()
    (root / "configs" / "c.yaml").write_text("job: {type: sft}\n")
    return client_of(alice)


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """What is done once a request's transaction is committed; the test's own never is."""

    def commit() -> AbstractContextManager[Any]:
        return django_capture_on_commit_callbacks(execute=True)

    return commit


@pytest.fixture
def file(alices: Client) -> DatasetFile:
    return uploaded(alices, "rows.jsonl", SECRET)


@pytest.fixture
def run(alices: Client, file: DatasetFile) -> Run:
    """It trained on the file and is at work."""
    body = {"name": "p", "dataset_name": "rows.jsonl", "training_yaml_name": "c.yaml"}
    alices.post("/api/projects", body, "application/json")
    assert alices.post("/api/projects/p/runs").status_code == 201
    run = Run.objects.get()
    frozen_copy(Path(run.inputs["dataset"]), run_folder(run).inputs)
    return run


def end(run: Run) -> None:
    Run.objects.filter(id=run.id).update(status=RunStatus.SUCCEEDED, finished_at=timezone.now())


def readable(settings: Any) -> list[str]:
    """Files anywhere below the platform's folders that still hold the secret."""
    roots = (settings.LLM_APP_STORAGE, settings.HOST_TRAINING_DIR, settings.PLATFORM_VAR)
    return [
        str(path)
        for root in roots
        for path in Path(root).rglob("*")
        if path.is_file() and "李小明".encode() in path.read_bytes()
    ]


@pytest.mark.parametrize("whole", [False, True])
def test_no_copy_of_a_deleted_file_stays(
    alices: Client, alice: User, file: DatasetFile, run: Run, settings: Any, committed: Any,
    whole: bool,
) -> None:  # fmt: skip
    version = version_of(alice, "kept", default="pseudonym", key="k", keep_mapping=True)
    worked_on(alice, file, JobKind.DEIDENTIFY, version)
    assert VaultEntry.objects.filter(source=file.id).exists() and len(readable(settings)) == 2
    end(run)
    with committed():
        if whole:
            answer = alices.post(f"/datasets/{file.dataset_id}/delete/")
        else:
            answer = alices.delete(f"/api/v1/datasets/uploads/{file.id}")
    if whole:
        assert answer.status_code == 302
    else:
        assert answer.json() == {"upload_id": str(file.id), "status": "aborted"}
    assert readable(settings) == [] and not VaultEntry.objects.exists()
    answer = alices.post(f"/api/projects/p/runs/{run.id}/resume", {}, "application/json")
    assert answer.status_code == 409


def test_a_run_that_is_at_work_keeps_its_copy_until_its_end_and_it_is_said(
    alices: Client, file: DatasetFile, run: Run, settings: Any, committed: Any
) -> None:
    with committed():
        answer = alices.delete(f"/api/v1/datasets/uploads/{file.id}").json()
    assert [str(run.id)[:8] in one["holder"] for one in answer["kept"]] == [True]
    assert answer["kept"][0]["why"]
    entry = AuditEntry.objects.get(action="dataset.delete_file")
    assert str(run.id)[:8] in str(entry.changes["copies"])
    kept = [str(run_folder(run).inputs / file.stored_name)]
    assert readable(settings) == kept
    copies_prune()
    assert readable(settings) == kept
    end(run)
    copies_prune()
    assert readable(settings) == []


def test_the_page_says_who_keeps_a_copy_but_not_of_what_one_may_not_see(
    alices: Client, bob: User, file: DatasetFile, run: Run
) -> None:
    file.dataset.owner, file.dataset.visibility = bob, "everyone"
    file.dataset.save()
    page = client_of(bob).post(f"/datasets/files/{file.id}/delete/", follow=True).content.decode()
    assert "keeps a copy" in page and str(run.id)[:8] not in page


def test_what_is_not_deleted_stays(
    file: DatasetFile, run: Run, settings: Any, committed: Any
) -> None:
    """Nor does a deletion that is rolled back take anything."""
    end(run)
    before = readable(settings)
    with committed(), transaction.atomic():
        _forget(_actor(run), [file])
        transaction.set_rollback(True)
    copies_prune()
    assert readable(settings) == before and len(before) == 2


def _actor(run: Run) -> Any:
    assert run.started_by is not None
    return Actor(run.started_by, "session")


def test_a_script_that_writes_its_dataset_does_not_change_the_upload(
    file: DatasetFile, run: Run
) -> None:
    copy = run_folder(run).inputs / file.stored_name
    assert not os.access(copy, os.W_OK) or os.geteuid() == 0
    copy.chmod(0o644)
    copy.write_bytes(b"poison\n")
    assert file_path(file).read_bytes() == SECRET


def test_a_result_whose_job_is_ending_is_no_orphan(alice: User, file: DatasetFile) -> None:
    job = FileJob.objects.create(
        kind=JobKind.DEIDENTIFY, dataset=file.dataset, source=file, policy_version=built_in(),
        host="h", status=JobStatus.RUNNING,
    )  # fmt: skip
    result, orphan = (storage.files_folder() / f"{name}.jsonl" for name in (job.id, "orphan"))
    for path in (result, orphan):
        path.write_bytes(b"x")
        os.utime(path, (0, 0))
    assert storage.remove_orphans(older_than=time.time() - 3600) == 1
    assert result.exists() and not orphan.exists() and file_path(file).exists()
    FileJob.objects.filter(id=job.id).update(status=JobStatus.FAILED)
    assert storage.remove_orphans(older_than=time.time() - 3600) == 1
