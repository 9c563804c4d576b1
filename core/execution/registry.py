"""Which executor a run gets, and executors by their name."""

from __future__ import annotations

from django.conf import settings

from core.execution.container import ContainerExecutor
from core.execution.docker import DockerExecutor, container_available
from core.execution.executor import Executor
from core.execution.local import LocalExecutor

EXECUTORS: dict[str, Executor] = {
    LocalExecutor.name: LocalExecutor(),
    DockerExecutor.name: DockerExecutor(),
    ContainerExecutor.name: ContainerExecutor(),
}


def executor_named(name: str) -> Executor:
    return EXECUTORS[name]


def choose_executor_name() -> str:
    """`docker` where the engine and the training container are there, unless set otherwise."""
    if settings.TRAINING_EXECUTOR != "auto":
        return str(settings.TRAINING_EXECUTOR)
    return DockerExecutor.name if container_available() else LocalExecutor.name
