"""Runs programs by `docker exec` in the training container, through the Docker SDK."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

import docker
import requests
from django.conf import settings
from docker.errors import APIError, DockerException, NotFound
from docker.models.containers import Container

from core.execution.executor import (
    ExecutorError,
    Handle,
    Observation,
    ProcessState,
    Spec,
    exited,
)
from core.execution.run_folder import RunFolder

ENGINE_ERRORS = (DockerException, requests.exceptions.RequestException, OSError)


@contextmanager
def engine(seconds: float | None = None) -> Iterator[docker.DockerClient]:
    """A client with a time limit (DOCKER_TIMEOUT) for each call, closed afterwards."""
    limit = settings.DOCKER_TIMEOUT if seconds is None else seconds
    client = docker.DockerClient.from_env(timeout=int(max(1, limit)))
    try:
        yield client
    finally:
        client.close()


def container_available() -> bool:
    """Whether an engine answers and knows the training container (running or not)."""
    try:
        with engine() as client:
            client.containers.get(settings.TRAINING_CONTAINER_NAME)
    except ENGINE_ERRORS:
        return False
    return True


def inside(path: str) -> str:
    """A path under HOST_TRAINING_DIR as the container sees it; others stay as they are."""
    host = str(settings.HOST_TRAINING_DIR)
    if path == host or path.startswith(host + "/"):
        return str(PurePosixPath(settings.TRAINING_WORKDIR) / path[len(host) :].lstrip("/"))
    return path


class DockerExecutor:
    """The default where the engine and the container are there."""

    name = "docker"

    def place(self, spec: Spec) -> Handle:
        spec.folder.write_spec(spec.document(inside))
        try:
            with engine() as client:
                container = _running_container(client)
                _check_mount(container, spec.folder)
                return _handle(container)
        except ENGINE_ERRORS as error:
            raise ExecutorError("engine_unreachable", why=short(error)) from error

    def start(self, spec: Spec, handle: Handle) -> None:
        if spec.folder.claim() is not None:
            return
        try:
            with engine() as client:
                container = client.containers.get(handle["container_id"])
                self._exec(container, "start", spec.folder)
        except ENGINE_ERRORS as error:
            raise ExecutorError("engine_unreachable", why=short(error)) from error

    def status(self, folder: RunFolder, handle: Handle) -> Observation:
        if done := exited(folder):
            return done
        try:
            with engine() as client:
                return self._observe(client, folder, handle)
        except NotFound:
            return _gone(folder, "container_missing", handle)
        except ExecutorError as error:
            return exited(folder) or Observation(
                ProcessState.UNKNOWN, code=error.code, params=error.params
            )
        except ENGINE_ERRORS as error:
            return unreachable(folder, error)

    def stop(self, folder: RunFolder, handle: Handle) -> None:
        folder.request_stop()

    def kill(self, folder: RunFolder, handle: Handle) -> None:
        try:
            with engine() as client:
                self._exec(client.containers.get(handle["container_id"]), "kill", folder)
        except ENGINE_ERRORS as error:
            raise ExecutorError("engine_unreachable", why=short(error)) from error

    def discard(self, key: str, handle: Handle) -> None:
        """The container is not the run's; it stays."""

    def _observe(
        self, client: docker.DockerClient, folder: RunFolder, handle: Handle
    ) -> Observation:
        container = client.containers.get(handle["container_id"])
        state = container.attrs["State"]
        if not state["Running"] or state.get("Restarting"):
            return _gone(folder, "container_stopped", handle, exit_code=str(state["ExitCode"]))
        if state["StartedAt"] != handle["container_started_at"]:
            return _gone(folder, "container_restarted", handle)
        if folder.claim() is None:
            return Observation(ProcessState.STARTING)
        if self._alive(container, folder):
            return Observation(ProcessState.RUNNING)
        return _gone(folder, "wrapper_gone", handle)

    def _alive(self, container: Container, folder: RunFolder) -> bool:
        """Whether the run lives: by the engine's process table, else by a look from inside.

        `docker top` costs no process in the container, but now and then misses one that was
        only just made; so nothing is called gone before the container's own /proc says so.
        """
        table = container.top(ps_args="-eo pid,args")
        needle = f"{inside(str(folder.control / 'wrapper.py'))} start {inside(str(folder.root))}"
        if any(needle in " ".join(row) for row in table["Processes"] or []):
            return True
        return bool(json.loads(self._exec(container, "probe", folder))["alive"])

    def _exec(self, container: Container, command: str, folder: RunFolder) -> bytes:
        argv = ["python3", inside(str(folder.control / "wrapper.py")), command]
        code, answer = container.exec_run(
            [*argv, inside(str(folder.root))], workdir=settings.TRAINING_WORKDIR
        )
        output = answer if isinstance(answer, bytes) else b"".join(answer)
        if code != 0:
            raise ExecutorError(
                "start_failed", why=output.decode("utf-8", "replace").strip()[-300:]
            )
        return output


def _running_container(client: docker.DockerClient) -> Container:
    name = settings.TRAINING_CONTAINER_NAME
    try:
        container = client.containers.get(name)
    except NotFound as error:
        raise ExecutorError("container_missing", container=name) from error
    if not container.attrs["State"]["Running"]:
        raise ExecutorError("container_not_running", container=name)
    return container


def _check_mount(container: Container, folder: RunFolder) -> None:
    """The run folder must be the same folder inside, or log and result would be lost."""
    code, _ = container.exec_run(["test", "-f", inside(str(folder.control / "spec.json"))])
    if code != 0:
        raise ExecutorError(
            "mount_missing",
            host=str(settings.HOST_TRAINING_DIR),
            workdir=settings.TRAINING_WORKDIR,
        )


def _handle(container: Container) -> dict[str, Any]:
    return {
        "executor": DockerExecutor.name,
        "container": container.name,
        "container_id": container.id,
        "container_started_at": container.attrs["State"]["StartedAt"],
    }


def _gone(folder: RunFolder, code: str, handle: Handle, **params: str) -> Observation:
    params = {"container": str(handle.get("container", "")), **params}
    return exited(folder) or Observation(ProcessState.LOST, code=code, params=params)


def unreachable(folder: RunFolder, error: BaseException) -> Observation:
    """The engine does not answer: nothing is known, unless the result is on disk."""
    return exited(folder) or Observation(
        ProcessState.UNKNOWN, code="engine_unreachable", params={"why": short(error)}
    )


def short(error: BaseException) -> str:
    explanation = error.explanation if isinstance(error, APIError) else None
    return str(explanation or error)[:200]
