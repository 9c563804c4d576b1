"""Where the files of datasets lie on disk, and the sweep of what a crash left behind."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from django.conf import settings

from datasets.models import JOB_ACTIVE, DatasetFile, FileJob, TrainConfig


def files_folder() -> Path:
    return Path(settings.LLM_APP_STORAGE) / "datasets"


def configs_folder() -> Path:
    return Path(settings.LLM_APP_STORAGE) / "train_configs"


def suffix_of(name: str) -> str:
    """A short, safe file extension of a name that people chose."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if suffix.isascii() and suffix[1:].isalnum() and len(suffix) <= 16 else ""


def remove_orphans(*, older_than: float) -> int:
    """Remove stored files without a row that are older than a Unix time; returns how many.

    A file is moved in place just before its row is committed, so a crash in between leaves
    a file that nothing names. A job's result keeps the time at which it was written, which may be
    long ago, and bears the job's name: as long as the job goes on, it is about to be named.
    """
    removed = 0
    active = FileJob.objects.filter(status__in=JOB_ACTIVE)
    for folder, model in ((files_folder(), DatasetFile), (configs_folder(), TrainConfig)):
        candidates = [
            path
            for path in (folder.iterdir() if folder.is_dir() else ())
            if path.is_file() and path.stat().st_mtime < older_than
        ]
        # In this order: a job that ends in between has its row by the second look.
        coming = {str(job) for job in active.values_list("id", flat=True)}
        known = set(model._default_manager.values_list("stored_name", flat=True))
        for path in candidates:
            if path.name not in known and path.stem not in coming:
                path.unlink(missing_ok=True)
                removed += 1
    return removed
