"""Runs programs in a detached process group on this host."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from django.conf import settings

from core.execution.child_environment import child_environment
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


class LocalExecutor:
    """The embedded default where there is no Docker."""

    name = "local"

    def place(self, spec: Spec) -> Handle:
        spec.folder.write_spec(spec.document())
        return {"executor": self.name, "host": settings.PLATFORM_HOST, "boot_id": boot_id()}

    def start(self, spec: Spec, handle: Handle) -> None:
        if spec.folder.claim() is None:
            self._wrapper("start", spec.folder, spec.secrets)

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

    def discard(self, key: str, handle: Handle) -> None:
        """A process leaves nothing."""

    def _wrapper(
        self, command: str, folder: RunFolder, secrets: Mapping[str, str] | None = None
    ) -> None:
        argv = [sys.executable, str(folder.control / "wrapper.py"), command, str(folder.root)]
        try:
            with (folder.control / "wrapper.log").open("ab") as log:
                subprocess.run(
                    argv,
                    env={**child_environment(), **(secrets or {})},
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
