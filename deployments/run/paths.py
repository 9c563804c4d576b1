"""Where deployments lie on disk."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings

from core.execution.run_folder import RunFolder
from deployments.models import Deployment


def log_path(deployment_id: UUID) -> Path:
    return Path(settings.DEPLOY_LOG_DIR) / f"{deployment_id}.log"


def attempts_folder(deployment_id: UUID) -> Path:
    return Path(settings.DEPLOY_LOG_DIR) / str(deployment_id)


def run_folder(deployment: Deployment) -> RunFolder:
    """The folder of the current attempt; the log is one file over all attempts."""
    attempt = attempts_folder(deployment.id) / str(deployment.attempt)
    return RunFolder(attempt, log_path(deployment.id), settings.DEPLOY_LOG_MAX_BYTES)
