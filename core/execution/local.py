"""Runs programs in a detached process group on this host."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from core.environment import VARIABLES
from core.execution.executor import (
    ExecutorError,
    Handle,
    Observation,
    ProcessState,
    Spec,
    exited,
)
from core.execution.process_identity import boot_id, is_process
from core.execution.run_folder import RunFolder

PRIVATE_PREFIXES = ("DJANGO_", "PLATFORM_")


class LocalExecutor:
    """The embedded default where there is no Docker."""

    name = "local"

    def place(self, spec: Spec) -> Handle:
        spec.folder.write_spec(spec.document())
        return {"executor": self.name, "host": settings.PLATFORM_HOST, "boot_id": boot_id()}

    def start(self, spec: Spec, handle: Handle) -> None:
        if spec.folder.claim() is None:
            self._wrapper("start", spec.folder)

    def status(self, folder: RunFolder, handle: Handle) -> Observation:
        if done := exited(folder):
            return done
        owner = folder.claim()
        if owner is None:
            return Observation(ProcessState.STARTING)
        if owner["boot_id"] != boot_id():
            return exited(folder) or Observation(ProcessState.LOST, code="host_restarted")
        if is_process(owner):
            return Observation(ProcessState.RUNNING, pid=int(owner["pid"]))
        # The result is written before the wrapper goes, so look once more before judging.
        return exited(folder) or Observation(ProcessState.LOST, code="wrapper_gone")

    def stop(self, folder: RunFolder, handle: Handle) -> None:
        folder.request_stop()

    def kill(self, folder: RunFolder, handle: Handle) -> None:
        self._wrapper("kill", folder)

    def discard(self, handle: Handle) -> None:
        """A process leaves nothing."""

    def _wrapper(self, command: str, folder: RunFolder) -> None:
        argv = [sys.executable, str(folder.control / "wrapper.py"), command, str(folder.root)]
        try:
            with (folder.control / "wrapper.log").open("ab") as log:
                subprocess.run(
                    argv,
                    env=clean_environment(),
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    check=True,
                    timeout=30,
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise ExecutorError("start_failed", why=str(error)[:300]) from error


def clean_environment() -> dict[str, str]:
    """Our environment without our own settings and secrets, which are no script's business."""
    ours = {variable.name for variable in VARIABLES} | {"VIRTUAL_ENV", "PYTHONPATH"}
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(PRIVATE_PREFIXES)
    }
    private_bin = str(Path(sys.prefix) / "bin")
    path = environment.get("PATH", os.defpath).split(os.pathsep)
    environment["PATH"] = os.pathsep.join(part for part in path if part != private_bin)
    return environment
