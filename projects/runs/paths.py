"""Where runs lie on disk."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from core.execution.run_folder import RunFolder
from projects.models import Run


def training_dir() -> Path:
    return Path(settings.HOST_TRAINING_DIR)


def run_folder(run: Run) -> RunFolder:
    root = training_dir() / "runs" / str(run.id)
    return RunFolder(root, log_bytes=settings.RUN_LOG_MAX_BYTES)
