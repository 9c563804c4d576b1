"""Programs under a real wrapper in a folder of their own, without the platform around it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from core.execution import log_keeper
from core.execution.run_folder import Result, RunFolder

# Another machine's ways, put under the wrapper's feet before it begins.
LAUNCHER = """
import errno, os, sys
sys.path.insert(0, os.path.join(sys.argv[2], "control"))
import log_keeper, wrapper
{changes}
wrapper.main()
"""


class Wrapped:
    """One run of a bash script; `changes`: Python that alters what the wrapper stands on."""

    def __init__(
        self, root: Path, script: str, *, log_bytes: int = 0, grace: float | None = 1.0,
        changes: str = "",
    ) -> None:  # fmt: skip
        self.folder = RunFolder(root, log_bytes=log_bytes)
        self.folder.create()
        self.key = f"{root.name}-{os.urandom(4).hex()}"
        self.folder.write_spec(
            {
                "key": self.key,
                "argv": ["bash", "-c", script],
                "cwd": str(root),
                "env": {"LLM_PLATFORM_RUN_ID": self.key},
                "log": str(self.folder.log),
                "digest": {},
                "grace": grace,
                "opening": "starts",
            }
        )
        self.launcher = root / "launcher.py"
        self.launcher.write_text(LAUNCHER.format(changes=changes))

    def command(self, command: str) -> subprocess.Popen[bytes]:
        argv = [sys.executable, str(self.launcher), command, str(self.folder.root)]
        return subprocess.Popen(argv, start_new_session=True)

    def start(self) -> None:
        assert self.command("start").wait(30) == 0

    def wrapper(self) -> psutil.Process:
        claim = until(self.folder.claim)
        return psutil.Process(claim["pid"])

    def wait(self, timeout: float = 30.0) -> Result:
        result: Result = until(self.folder.result, timeout)
        return result

    def clear(self) -> None:
        """End whatever is left of it."""
        claim = self.folder.claim()
        if claim is not None and psutil.pid_exists(claim["pid"]) and self.folder.result() is None:
            os.kill(claim["pid"], signal.SIGKILL)
        self.command("kill").wait(30)


def until(condition: Callable[[], Any], timeout: float = 15.0) -> Any:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"not true within {timeout} s: {condition}")


def bound_once(log: Path, bound: int) -> None:
    """Let a log's keeper look at it once."""
    keeper = log_keeper.LogBound(
        {"log": str(log), "log_max_bytes": bound, "log_notice": "dropped here"}
    )
    keeper.tick()
