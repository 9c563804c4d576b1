"""What a job that went through leaves: a report, a file's state, a new file, vault entries."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from datasets import storage
from datasets.deid_jobs.selectors import job_folder
from datasets.deid_jobs.state import transition
from datasets.models import DatasetFile, DatasetStatus, DataState, FileJob, JobKind, JobStatus
from deid.engine.job.spec import Folder, read_json
from deid.models import VaultEntry

VAULT_BATCH = 2000


def finish(job: FileJob) -> None:
    """Repeatable: the new file's name follows from the job, its rows are made with the end."""
    folder = Folder(job_folder(job))
    report = read_json(folder.report) or {}
    if job.kind == JobKind.DEIDENTIFY:
        _finish_file(job, folder, report)
    else:
        state = DataState.PERSONAL if report.get("entities") else DataState.CLEAN
        with transaction.atomic():
            if transition(
                job, JobStatus.SUCCEEDED, code="succeeded", report=report, done=job.total
            ):
                _state_set(job.source, state)
    shutil.rmtree(folder.root, ignore_errors=True)


def _state_set(file: DatasetFile, state: DataState) -> None:
    """What was de-identified stays so: a scan finds its surrogates."""
    DatasetFile.objects.filter(id=file.id).exclude(data_state=DataState.DEIDENTIFIED).update(
        data_state=state
    )


def _finish_file(job: FileJob, folder: Folder, report: dict[str, Any]) -> None:
    target = storage.files_folder() / f"{job.id}{storage.suffix_of(job.source.name)}"
    if folder.output.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.output.replace(target)
    _vault_fill(job, folder.vault)
    name = Path(job.source.name)
    with transaction.atomic():
        result = DatasetFile.objects.create(
            dataset=job.dataset,
            name=f"{name.stem}.deidentified{name.suffix}"[-255:],
            stored_name=target.name,
            size=target.stat().st_size,
            sha256=_sha256(target),
            check_status="skipped",
            line_count=report.get("lines"),
            data_state=DataState.DEIDENTIFIED,
            lineage=_lineage(job),
        )
        moved = transition(
            job, JobStatus.SUCCEEDED, code="succeeded", report=report, result=result, done=job.total
        )
        if not moved:
            transaction.set_rollback(True)
            return
        state = DataState.PERSONAL if report.get("entities") else DataState.CLEAN
        _state_set(job.source, state)
        type(job.dataset).objects.filter(id=job.dataset_id).update(status=DatasetStatus.READY)


def _lineage(job: FileJob) -> dict[str, str]:
    version = job.policy_version
    return {
        "job": str(job.id),
        "source": str(job.source_id),
        "source_name": job.source.name,
        "source_sha256": job.source.sha256,
        "policy": version.policy.slug,
        "policy_version": version.name,
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _vault_fill(job: FileJob, path: Path) -> None:
    """Sealed as they come from the shards; twice is once."""
    held: list[VaultEntry] = []
    for entry in _entries(job, path):
        held.append(entry)
        if len(held) == VAULT_BATCH:
            VaultEntry.objects.bulk_create(held, ignore_conflicts=True)
            held = []
    VaultEntry.objects.bulk_create(held, ignore_conflicts=True)


def _entries(job: FileJob, path: Path) -> Iterator[VaultEntry]:
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            data = json.loads(line)
            yield VaultEntry(
                policy=job.policy_version.policy,
                source=job.source_id,
                original_digest=bytes.fromhex(data["original"]),
                replacement_digest=bytes.fromhex(data["replacement"]),
                sealed=data["sealed"],
            )
