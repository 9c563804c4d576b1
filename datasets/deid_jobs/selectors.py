"""Reads of jobs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.ownership import find_visible
from core.errors import Invalid, NotFound
from core.identifiers import as_uuid
from datasets import storage
from datasets.models import Dataset, DatasetFile, FileJob
from datasets.selectors import file_path
from deid.engine.formats.shards import FORMATS

RELATED = ("dataset", "source", "result", "policy_version__policy", "started_by")


def jobs_folder() -> Path:
    return Path(settings.LLM_APP_STORAGE) / "jobs"


def job_folder(job: FileJob) -> Path:
    return jobs_folder() / str(job.id)


def format_of(file: DatasetFile) -> str | None:
    """How jobs read the file, by its name; None where they cannot."""
    return FORMATS.get(storage.suffix_of(file.name))


def format_needed(file: DatasetFile) -> str:
    """The same. Raises Invalid where they cannot."""
    found = format_of(file)
    if found is None:
        raise Invalid(
            _("%(name)s: only files that end in %(allowed)s can be read")
            % {"name": file.name, "allowed": " ".join(sorted(FORMATS))},
            field="file",
        )
    return found


def job_list(dataset: Dataset) -> QuerySet[FileJob]:
    """Jobs of a dataset that the caller may see, newest first."""
    return FileJob.objects.filter(dataset=dataset).select_related(*RELATED)


def job_get(actor: Actor, job_id: object) -> FileJob:
    """One job of a dataset that the actor sees. Raises NotFound."""
    jobs = FileJob.objects.select_related(*RELATED).filter(id=as_uuid(job_id))
    found = find_visible(jobs, actor, "dataset__")
    if found is None:
        raise NotFound(_("There is no such job"))
    return found


def changed_lines(job: FileJob, first: int, count: int) -> list[tuple[int, str, str]]:
    """(line, before, after) of `count` lines from `first` (from 1) on, of line-based formats."""
    if job.result is None:
        return []
    paths = file_path(job.source), file_path(job.result)
    encoding = str(job.report.get("encoding") or "utf-8")
    before, after = (islice(_lines(path, encoding), first - 1, first - 1 + count) for path in paths)
    return [
        (first + number, old, new)
        for number, (old, new) in enumerate(zip(before, after, strict=False))
    ]


def _lines(path: Path, encoding: str) -> Iterator[str]:
    """Lines without their ends; a very long one is cut."""
    try:
        with path.open(encoding=encoding, errors="replace", newline="\n") as file:
            for line in file:
                yield line.rstrip("\r\n")[:20_000]
    except OSError:
        return
