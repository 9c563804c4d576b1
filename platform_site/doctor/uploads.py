"""Files of uploads and their rows: a bounded look, at the newest and at some by chance."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from datasets import storage
from datasets.models import DatasetFile, TrainConfig
from platform_site.doctor.facts import Facts
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity

SAMPLE = 500
MOST_FILES = 5000
KEPT = timedelta(hours=3)  # housekeeping removes files without a row after one hour

CODES: Codes = {
    "upload_missing": Explanation(
        Severity.ERROR,
        _("The file of upload %(subject)s (%(name)s) is not at %(path)s"),
        _("Bring it back from a backup, or delete the upload on its dataset's page"),
    ),
    "upload_damaged": Explanation(
        Severity.ERROR,
        _("The file of upload %(subject)s (%(name)s) has %(size)s bytes; %(wanted)s were stored"),
        _("Bring it back from a backup, or delete the upload on its dataset's page"),
    ),
    "file_without_row": Explanation(
        Severity.WARNING,
        _("%(subject)s belongs to no upload and should have been removed"),
        _("The agent removes such files each hour: see that it runs and may write there"),
    ),
}


def uploads_have_files(facts: Facts) -> Iterator[Finding]:
    for folder, model, name in _kinds():
        for row in _sample(model):
            path = folder / row.stored_name
            params = {"name": getattr(row, name), "path": path}
            try:
                size = path.stat().st_size
            except OSError:
                yield Finding("upload_missing", str(row.pk), params, row.uploaded_at)
                continue
            if size != row.size:
                params |= {"size": size, "wanted": row.size}
                yield Finding("upload_damaged", str(row.pk), params, row.uploaded_at)


def files_have_rows(facts: Facts) -> Iterator[Finding]:
    for folder, model, _name in _kinds():
        old = [
            path
            for path in islice(folder.iterdir() if folder.is_dir() else (), MOST_FILES)
            if path.is_file() and _modified(path) < facts.now - KEPT
        ]
        names = [path.name for path in old]
        known: set[str] = set()
        for start in range(0, len(names), SAMPLE):
            rows = model.objects.filter(stored_name__in=names[start : start + SAMPLE])
            known.update(rows.values_list("stored_name", flat=True))
        for path in old:
            if path.name not in known:
                yield Finding("file_without_row", str(path), {}, _modified(path))


def _kinds() -> list[tuple[Path, Any, str]]:
    return [
        (storage.files_folder(), DatasetFile, "name"),
        (storage.configs_folder(), TrainConfig, "filename"),
    ]


def _sample(model: Any) -> list[Any]:
    """The newest, and as many from a random place of the key on."""
    newest = list(model.objects.order_by("-uploaded_at")[:SAMPLE])
    if len(newest) < SAMPLE:
        return newest
    start: Any = uuid.uuid4() if model is DatasetFile else 0
    by_chance = model.objects.filter(pk__gte=start).order_by("pk")[:SAMPLE]
    return list({row.pk: row for row in [*newest, *by_chance]}.values())


def _modified(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    except OSError:
        return datetime.max.replace(tzinfo=UTC)  # gone meanwhile


CHECKS = [uploads_have_files, files_have_rows]
