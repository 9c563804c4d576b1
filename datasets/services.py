"""Writes of datasets: create, upload, check, delete."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.files.uploads import StreamedUpload, received
from core.safe_yaml import load_mapping
from datasets import selectors, storage
from datasets.deid_jobs.selectors import job_folder
from datasets.models import (
    JOB_ACTIVE,
    CheckStatus,
    Dataset,
    DatasetFile,
    DatasetStatus,
    FileJob,
    TrainConfig,
)
from datasets.signals import Kept, told
from datasets.validation import check_jsonl
from deid.services import vault_forget

SERVER_KEYS = ("total_files", "total_bytes", "has_train_config")
CHECKED_SUFFIXES = {".jsonl", ".ndjson"}
CONFIG_SUFFIXES = {".yaml", ".yml"}


def dataset_create(
    *,
    actor: Actor,
    name: str,
    type: str | None = None,
    source: str | None = None,
    task_type: str | None = None,
    metadata: dict[str, Any] | None = None,
) -> Dataset:
    """Create a dataset without files. The server's own metadata keys are dropped."""
    actor.require("datasets.add_dataset")
    if not name.strip():
        raise Invalid(_("The name must not be empty"), field="name")
    kept = {key: value for key, value in (metadata or {}).items() if key not in SERVER_KEYS}
    with transaction.atomic():
        dataset = Dataset.objects.create(
            owner=actor.user,
            name=name,
            type=type or None,
            source=source or None,
            task_type=task_type or None,
            metadata=kept,
        )
        audit.created(actor, "dataset.create", dataset, "name", "type", "source", "visibility")
    return dataset


def dataset_delete(*, actor: Actor, dataset: Dataset) -> list[Kept]:
    """Delete a dataset with its files; what keeps a copy of one, and why."""
    actor.require("datasets.delete_dataset", dataset)
    with transaction.atomic():
        _lock(dataset)
        _idle(dataset.jobs)
        files = list(DatasetFile.objects.filter(dataset=dataset))
        listed = [[file.name, file.sha256] for file in files]
        config = TrainConfig.objects.filter(dataset=dataset).first()
        if config is not None:
            _remove_on_commit(selectors.train_config_path(config))
        kept = _forget(actor, files)
        changes = {"files": [listed, None], **_kept_changes(kept)}
        audit.record(actor, "dataset.delete", dataset, changes=changes)
        dataset.delete()
    return kept


def _forget(actor: Actor, files: list[DatasetFile]) -> list[Kept]:
    """All that there is of files that are being deleted: content, jobs, vault, others' copies."""
    jobs = FileJob.objects.filter(source__in=files)
    _remove_on_commit(
        *(selectors.file_path(file) for file in files), *(job_folder(job) for job in jobs)
    )
    vault_forget(file.id for file in files)
    return told(actor, [file.stored_name for file in files])


def _kept_changes(kept: list[Kept]) -> dict[str, Any]:
    return {"copies": [None, [f"{one.holder}: {one.why}" for one in kept]]} if kept else {}


def file_attach(*, actor: Actor, dataset: Dataset, upload: UploadedFile[Any]) -> DatasetFile:
    """Make a received upload a file of the dataset.

    Raises Forbidden, TooLarge, Invalid or StorageFull; then nothing is kept.
    """
    with received(upload, limit=settings.UPLOAD_MAX_BYTES) as content:
        actor.require("datasets.change_dataset", dataset)
        return _file_keep(actor, dataset, content)


def _file_keep(actor: Actor, dataset: Dataset, content: StreamedUpload) -> DatasetFile:
    upload_id = uuid.uuid4()
    suffix = storage.suffix_of(content.raw_name)
    checked = suffix in CHECKED_SUFFIXES
    target = storage.files_folder() / f"{upload_id}{suffix}"
    with _kept_as(target, dataset, content):
        file = DatasetFile.objects.create(
            id=upload_id,
            dataset=dataset,
            name=content.raw_name,
            stored_name=target.name,
            size=content.size or 0,
            sha256=content.sha256,
            check_status=CheckStatus.PENDING if checked else CheckStatus.SKIPPED,
        )
        Dataset.objects.filter(id=dataset.id).update(status=DatasetStatus.READY)
        changes = {name: [None, getattr(file, name)] for name in ("name", "size", "sha256")}
        audit.record(actor, "dataset.upload", dataset, changes=changes)
        if checked:
            async_task("datasets.tasks.file_check", str(file.id))
    return file


@contextmanager
def _kept_as(target: Path, dataset: Dataset, content: StreamedUpload) -> Iterator[None]:
    """File and rows together: both are there after the block, or neither."""
    try:
        with transaction.atomic():
            _lock(dataset)
            content.keep_as(target)
            yield
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def upload_abort(*, actor: Actor, upload_id: object) -> list[Kept]:
    """Delete an uploaded file and its record; what keeps a copy, and why."""
    file = selectors.file_get(actor, upload_id)
    actor.require("datasets.change_dataset", file.dataset)
    with transaction.atomic():
        _lock(file.dataset)
        _idle(file.jobs)
        kept = _forget(actor, [file])
        if not DatasetFile.objects.filter(id=file.id).delete()[0]:
            raise NotFound(_("There is no such upload"))
        if not DatasetFile.objects.filter(dataset=file.dataset).exists():
            Dataset.objects.filter(id=file.dataset_id).update(status=DatasetStatus.CREATED)
        changes = {name: [getattr(file, name), None] for name in ("name", "size", "sha256")}
        changes |= _kept_changes(kept)
        audit.record(actor, "dataset.delete_file", file.dataset, changes=changes)
    return kept


def file_check(*, upload_id: uuid.UUID | str) -> None:
    """Read a JSONL file line by line and keep what is wrong with it."""
    file = DatasetFile.objects.filter(id=upload_id).first()
    if file is None:
        return
    try:
        report = check_jsonl(selectors.file_path(file))
    except FileNotFoundError:
        return  # deleted while it waited
    DatasetFile.objects.filter(id=file.id).update(
        check_status=CheckStatus.PROBLEMS if report.problem_count else CheckStatus.OK,
        line_count=report.lines,
        problem_count=report.problem_count,
        problems=report.problems,
    )


def train_config_put(*, actor: Actor, dataset: Dataset, upload: UploadedFile[Any]) -> TrainConfig:
    """Store the training configuration of a dataset, in place of an earlier one."""
    with received(upload, limit=settings.TRAIN_CONFIG_MAX_BYTES) as content:
        actor.require("datasets.change_dataset", dataset)
        if storage.suffix_of(content.raw_name) not in CONFIG_SUFFIXES:
            raise Invalid(_("The file must end in .yaml or .yml"), field="file")
        load_mapping(content.path.read_bytes(), field=_("The training configuration"))
        target = storage.configs_folder() / f"{dataset.id}-{uuid.uuid4().hex[:8]}.yaml"
        with _kept_as(target, dataset, content):
            old = _remove_config(dataset)
            _config_noted(actor, dataset, old, content)
            return TrainConfig.objects.create(
                dataset=dataset,
                filename=content.raw_name,
                stored_name=target.name,
                size=content.size or 0,
                sha256=content.sha256,
                uploaded_at=timezone.now(),
            )


def train_config_delete(*, actor: Actor, dataset: Dataset) -> None:
    """Delete the training configuration; NotFound where there is none."""
    actor.require("datasets.change_dataset", dataset)
    with transaction.atomic():
        _lock(dataset)
        old = _remove_config(dataset)
        if old is None:
            raise NotFound(_("This dataset has no training configuration"))
        _config_noted(actor, dataset, old, None)


def _config_noted(
    actor: Actor, dataset: Dataset, old: TrainConfig | None, new: StreamedUpload | None
) -> None:
    before = [old.filename, old.sha256] if old else None
    after = [new.raw_name, new.sha256] if new else None
    changes = {"train_config": [before, after]}
    audit.record(actor, "dataset.train_config", dataset, changes=changes)


def file_open(*, actor: Actor, upload_id: object) -> tuple[DatasetFile, BinaryIO]:
    """A file and its content, for download. Raises NotFound."""
    file = selectors.file_get(actor, upload_id)
    try:
        content = selectors.file_path(file).open("rb")
    except FileNotFoundError as error:
        raise NotFound(_("The file is no longer on disk")) from error
    audit.record(actor, "dataset.download", file.dataset, changes={"name": [None, file.name]})
    return file, content


def _idle(jobs: Any) -> None:
    if jobs.filter(status__in=JOB_ACTIVE).exists():
        raise Conflict(_("A job is at work on it: stop it first"))


def _lock(dataset: Dataset) -> None:
    if not Dataset.objects.select_for_update().filter(id=dataset.id).exists():
        raise NotFound(_("There is no such dataset"))


def _remove_config(dataset: Dataset) -> TrainConfig | None:
    old = TrainConfig.objects.filter(dataset=dataset).first()
    if old is not None:
        _remove_on_commit(selectors.train_config_path(old))
        old.delete()
    return old


def _remove_on_commit(*paths: Path) -> None:
    def remove() -> None:
        for path in paths:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    transaction.on_commit(remove)
