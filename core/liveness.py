"""Signs of life of our own processes: a canary task for the worker, files for the supervisor."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings

CANARY_INTERVAL = 15.0
CANARY_PATIENCE = 120.0


def _path(name: str) -> Path:
    return Path(settings.PLATFORM_VAR) / f"{name}.alive"


def touch(name: str) -> None:
    _path(name).touch()


def age(name: str) -> float:
    """Seconds since the last sign of `name`; infinite if there never was one."""
    try:
        return time.time() - _path(name).stat().st_mtime
    except OSError:
        return float("inf")


def canary() -> None:
    """Run by the worker: proves that it takes and finishes tasks."""
    touch("worker")
