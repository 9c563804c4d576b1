"""Runs a program in a container of its own, whose first process is the run folder's wrapper.

The container shares the host's network, sees the run folder, the log's folder and the paths that
the program names at the same places, and outlives everything of ours. Docker removes nothing by
itself, so that a container's end can be told from its absence.
"""

from __future__ import annotations

from typing import Any

import docker
from django.conf import settings
from docker.errors import NotFound
from docker.models.containers import Container
from docker.types import DeviceRequest, Mount

from core.execution.docker import ENGINE_ERRORS, engine, short, unreachable
from core.execution.executor import (
    ExecutorError,
    Handle,
    Observation,
    ProcessState,
    Spec,
    exited,
)
from core.execution.process_identity import boot_id
from core.execution.run_folder import RunFolder

GPU_VARIABLE = "CUDA_VISIBLE_DEVICES"
USER = "llm-platform"


def name_of(key: str) -> str:
    """Of the container of an attempt."""
    return f"llm-platform-{key}"


class ContainerExecutor:
    """What DEPLOY_LAUNCHER=container uses, with DEPLOY_IMAGE."""

    name = "container"

    def place(self, spec: Spec) -> Handle:
        spec.folder.write_spec(_inside(spec))
        name = name_of(spec.key)
        try:
            with engine(settings.DEPLOY_CONTAINER_TIMEOUT) as client:
                container = _existing(client, name) or self._create(client, name, spec)
        except ENGINE_ERRORS as error:
            raise ExecutorError("start_failed", why=short(error)) from error
        return {
            "executor": self.name,
            "container": name,
            "container_id": container.id,
            "boot_id": boot_id(),
        }

    def start(self, spec: Spec, handle: Handle) -> None:
        try:
            # A GPU runtime takes its time to make a container ready.
            with engine(settings.DEPLOY_CONTAINER_TIMEOUT) as client:
                container = client.containers.get(handle["container_id"])
                if container.status == "created":
                    container.start()
        except ENGINE_ERRORS as error:
            raise ExecutorError("start_failed", why=short(error)) from error

    def _create(self, client: docker.DockerClient, name: str, spec: Spec) -> Container:
        gpus = spec.env.get(GPU_VARIABLE, "")
        wrapper = str(spec.folder.control / "wrapper.py")
        return client.containers.create(
            settings.DEPLOY_IMAGE,
            name=name,
            entrypoint=["python3", wrapper],
            command=["serve", str(spec.folder.root)],
            network_mode="host",
            ipc_mode="host",  # tensor-parallel workers share memory
            mounts=_mounts(spec),
            device_requests=(
                [DeviceRequest(device_ids=gpus.split(","), capabilities=[["gpu"]])] if gpus else []
            ),
            labels={"llm-platform.key": spec.key},
            security_opt=["no-new-privileges:true"],
            cap_drop=["ALL"],
            # Files of the run folder must be ours to read and remove.
            user=_owner(spec.folder),
            environment=_environment(spec),
        )

    def status(self, folder: RunFolder, handle: Handle) -> Observation:
        if done := exited(folder):
            return done
        try:
            with engine() as client:
                container = client.containers.get(handle["container_id"])
                return _observed(container, folder, handle)
        except NotFound:
            return exited(folder) or Observation(ProcessState.LOST, code="container_gone")
        except ENGINE_ERRORS as error:
            return unreachable(folder, error)

    def stop(self, folder: RunFolder, handle: Handle) -> None:
        folder.request_stop()

    def kill(self, folder: RunFolder, handle: Handle) -> None:
        """Kill and remove the container: with its first process goes its whole tree."""
        try:
            with engine() as client:
                client.containers.get(handle["container_id"]).remove(force=True)
        except NotFound:
            return
        except ENGINE_ERRORS as error:
            raise ExecutorError("engine_unreachable", why=short(error)) from error

    def discard(self, key: str, handle: Handle) -> None:
        """Remove what is left of one that has ended, by its name: its handle may be lost."""
        try:
            with engine() as client:
                client.containers.get(name_of(key)).remove(force=True)
        except NotFound:
            return
        except ENGINE_ERRORS:
            return  # a stopped container costs little; housekeeping removes it


def _existing(client: docker.DockerClient, name: str) -> Container | None:
    """The container of an earlier submit of the same key."""
    try:
        return client.containers.get(name)
    except NotFound:
        return None


def _inside(spec: Spec) -> dict[str, Any]:
    """The wrapper's document: inside, the container's GPUs are counted from 0."""
    document = spec.document()
    if gpus := spec.env.get(GPU_VARIABLE, ""):
        counted = ",".join(map(str, range(len(gpus.split(",")))))
        document["env"] = {**spec.env, GPU_VARIABLE: counted}
    return document


def _environment(spec: Spec) -> dict[str, str]:
    """For a user whom the image does not know; caches go where that user may write."""
    output = spec.folder.output
    return {
        "HOME": str(output),
        "USER": USER,
        "LOGNAME": USER,  # getpass asks the environment before the image's list of users
        # Short, since sockets are made there; the container has its own.
        "TMPDIR": "/tmp",  # noqa: S108  # nosec B108
        "TORCHINDUCTOR_CACHE_DIR": str(output / ".cache" / "torchinductor"),
        **spec.secrets,
    }


def _observed(container: Container, folder: RunFolder, handle: Handle) -> Observation:
    state: dict[str, Any] = container.attrs["State"]
    if state["Running"]:
        begun = folder.claim() is not None
        return Observation(
            ProcessState.RUNNING if begun else ProcessState.STARTING, pid=int(state["Pid"])
        )
    if state["Status"] == "created":
        return Observation(ProcessState.STARTING)
    code = "container_gone" if handle.get("boot_id") == boot_id() else "host_restarted"
    return exited(folder) or Observation(ProcessState.LOST, code=code)


def _mounts(spec: Spec) -> list[Mount]:
    """The run folder and the log's folder to write, what the command names to read."""
    written = {str(spec.folder.root), str(spec.folder.log.parent)}
    mounts = [Mount(path, path, type="bind") for path in sorted(written)]
    read = {path for path in spec.mounts if path not in written}
    return mounts + [Mount(path, path, type="bind", read_only=True) for path in sorted(read)]


def _owner(folder: RunFolder) -> str:
    facts = folder.root.stat()
    return f"{facts.st_uid}:{facts.st_gid}"
