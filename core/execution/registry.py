"""Which executor a run gets, and executors by their name."""

from __future__ import annotations

from django.conf import settings

from core.execution.executor import Executor
from core.execution.local import LocalExecutor

DOCKER = "docker"
EXECUTORS: dict[str, Executor] = {}
"""Those that were asked for: most processes never need Docker's library."""


def executor_named(name: str) -> Executor:
    """Raises KeyError for a name that this release does not know."""
    if name not in EXECUTORS:
        EXECUTORS[name] = _made(name)
    return EXECUTORS[name]


def _made(name: str) -> Executor:
    if name == LocalExecutor.name:
        return LocalExecutor()
    if name == DOCKER:
        from core.execution.docker import DockerExecutor

        return DockerExecutor()
    if name == "container":
        from core.execution.container import ContainerExecutor

        return ContainerExecutor()
    raise KeyError(name)


def choose_executor_name() -> str:
    """`docker` where the engine and the training container are there, unless set otherwise."""
    if settings.TRAINING_EXECUTOR != "auto":
        return str(settings.TRAINING_EXECUTOR)
    from core.execution.docker import container_available

    return DOCKER if container_available() else LocalExecutor.name
