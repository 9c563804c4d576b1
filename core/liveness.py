"""Signs of life of our own processes: a canary task for the worker, the agent's rounds.

Each leaves its sign as a file, which the supervisor looks at.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from django.conf import settings

SIGNING = ("worker", "agent")  # those whose silence means that they hang


def canary_interval() -> float:
    """Several signs fit into the patience that is had with a silent process."""
    return float(min(30.0, settings.SILENCE_PATIENCE / 4))


def _path(name: str) -> Path:
    return Path(settings.PLATFORM_VAR) / f"{name}.alive"


def touch(name: str) -> None:
    _path(name).touch()


def sign(name: str) -> None:
    """The same in its stead; where a full disk does not let it, its silence goes on."""
    with contextlib.suppress(OSError):
        touch(name)


def age(name: str) -> float:
    """Seconds since the last sign of `name`; infinite if there never was one."""
    try:
        return time.time() - _path(name).stat().st_mtime
    except OSError:
        return float("inf")


def canary() -> None:
    """Run by the worker: proves that it takes and finishes tasks."""
    touch("worker")
