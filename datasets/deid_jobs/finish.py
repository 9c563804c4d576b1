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
from datasets.data_state import state_of_read, state_of_result, state_set
from datasets.deid_jobs.selectors import job_folder
from datasets.deid_jobs.state import transition
from datasets.models import DatasetFile, DatasetStatus, FileJob, JobKind, JobStatus
from deid.engine.job.report import broken_rows
from deid.engine.job.spec import Folder, read_json
from deid.models import PolicyVersion, VaultEntry

VAULT_BATCH = 2000


def finish(job: FileJob) -> None:
    """Repeatable: the new file's name follows from the job, its rows are made with the end."""
    folder = Folder(job_folder(job))
    report = read_json(folder.report) or {}
    if job.kind == JobKind.DEIDENTIFY:
        _finish_file(job, folder, report)
    else:
        with transaction.atomic():
            if transition(
                job, JobStatus.SUCCEEDED, code="succeeded", report=report, done=job.total
            ):
                version = _version(job)
                state_set(job.source, state_of_read(report, version), version)
    shutil.rmtree(folder.root, ignore_errors=True)


def _version(job: FileJob) -> PolicyVersion:
    """As it is now: an approval may have come or gone while the job was at work."""
    versions = PolicyVersion.objects.select_for_update(of=("self",)).select_related("policy")
    return versions.get(id=job.policy_version_id)


def _finish_file(job: FileJob, folder: Folder, report: dict[str, Any]) -> None:
    target = storage.files_folder() / f"{job.id}{storage.suffix_of(job.source.name)}"
    if folder.output.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.output.replace(target)
    _vault_fill(job, folder.vault)
    name = Path(job.source.name)
    with transaction.atomic():
        version = _version(job)
        result = DatasetFile.objects.create(
            dataset=job.dataset,
            name=f"{name.stem}.deidentified{name.suffix}"[-255:],
            stored_name=target.name,
            size=target.stat().st_size,
            sha256=_sha256(target),
            check_status="skipped",
            line_count=report.get("lines"),
            data_state=state_of_result(report, version),
            state_version=version,
            lineage=_lineage(job, report),
        )
        moved = transition(
            job, JobStatus.SUCCEEDED, code="succeeded", report=report, result=result, done=job.total
        )
        if not moved:
            transaction.set_rollback(True)
            return
        state_set(job.source, state_of_read(report, version), version)
        type(job.dataset).objects.filter(id=job.dataset_id).update(status=DatasetStatus.READY)


def _lineage(job: FileJob, report: dict[str, Any]) -> dict[str, Any]:
    """`left`: finds of the platform's own types that can still be read."""
    version = job.policy_version
    broken = broken_rows(report)
    said = {"broken_rows": str(broken)} if broken else {}
    return {
        "job": str(job.id),
        "source": str(job.source_id),
        "source_name": job.source.name,
        "source_sha256": job.source.sha256,
        "policy": version.policy.slug,
        "policy_version": version.name,
        **({"left": report["left"]} if "left" in report else {}),
        **said,
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
