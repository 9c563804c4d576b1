"""Where runs lie on disk."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db.models import QuerySet

from core.execution.run_folder import RunFolder
from core.files.plain_files import open_inside
from projects.models import ACTIVE_STATUSES, Run


def training_dir() -> Path:
    return Path(settings.HOST_TRAINING_DIR)


def run_folder(run: Run) -> RunFolder:
    root = training_dir() / "runs" / str(run.id)
    return RunFolder(root, log_bytes=settings.RUN_LOG_MAX_BYTES)


def open_run_file(run: Run, name: str) -> BinaryIO:
    """A file of the run's folder, where no link of a script's making leads. Raises OSError."""
    return open_inside(training_dir() / "runs", f"{run.id}/{name}")


def read_run_file(run: Run, name: str, limit: int) -> bytes:
    """At most `limit` bytes of it. Raises OSError."""
    with open_run_file(run, name) as file:
        return file.read(limit)


def runs_ended_here() -> QuerySet[Run]:
    """Those whose files are this host's to look after."""
    return Run.objects.filter(
        finished_at__isnull=False, host__in=["", settings.PLATFORM_HOST]
    ).exclude(status__in=ACTIVE_STATUSES)
