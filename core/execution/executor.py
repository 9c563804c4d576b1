"""The one interface behind which programs run: on this host or in a container."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from core.execution.run_folder import Result, RunFolder

Handle = dict[str, Any]  # plain JSON on the row


class ProcessState(Enum):
    STARTING = "starting"
    RUNNING = "running"
    EXITED = "exited"
    LOST = "lost"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Observation:
    """What is true on the machine. `code` names the reason of LOST and UNKNOWN."""

    state: ProcessState
    result: Result | None = None
    code: str = ""
    params: dict[str, str] = field(default_factory=dict)
    pid: int | None = None
    """Of the tree's root while it runs, as this host counts, where the executor knows."""


@dataclass(frozen=True)
class Spec:
    """What to start. Paths in it are as the platform sees them; executors translate."""

    key: str
    folder: RunFolder
    argv: list[str]
    env: dict[str, str]
    digest: dict[str, str]
    grace: float | None
    """Seconds from TERM to KILL when it is stopped; None: KILL only when that is asked for."""
    opening: str
    """The first line of the log about the start; the wrapper writes it before the command."""
    cwd: str
    mounts: tuple[str, ...] = ()
    """Paths that the program reads, for an executor that has to bring them along."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Variables of the program that are written nowhere: the wrapper inherits them."""

    def document(self, place: Callable[[str], str] = str) -> dict[str, Any]:
        """What the wrapper reads; `place` gives a path as the program will see it."""
        return {
            "key": self.key,
            "argv": [place(part) for part in self.argv],
            "cwd": place(self.cwd),
            "env": {name: place(value) for name, value in self.env.items()},
            "log": place(str(self.folder.log)),
            "digest": {name: place(path) for name, path in self.digest.items()},
            "grace": self.grace,
            "opening": self.opening,
        }


class ExecutorError(Exception):
    """The program could not be started; `code` and `params` say why."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Executor(Protocol):
    name: str

    def place(self, spec: Spec) -> Handle:
        """Get everything ready and say where it will run; nothing starts. Raises ExecutorError."""

    def start(self, spec: Spec, handle: Handle) -> None:
        """Start it once, however often it is called for one key.

        Raises ExecutorError; it may have started all the same, and may yet start: who needs to
        know takes the folder's claim (`RunFolder.close`).
        """

    def status(self, folder: RunFolder, handle: Handle) -> Observation:
        """What is true now. Never raises for an engine or process that is gone."""

    def stop(self, folder: RunFolder, handle: Handle) -> None:
        """Ask the wrapper to end the whole tree: TERM, after the grace KILL."""

    def kill(self, folder: RunFolder, handle: Handle) -> None:
        """End the tree now, wrapper included, where the wrapper no longer answers."""

    def discard(self, key: str, handle: Handle) -> None:
        """Remove what an engine keeps of a program that has ended."""


def exited(folder: RunFolder) -> Observation | None:
    """EXITED if the result is on disk: it outweighs whatever an engine says."""
    result = folder.result()
    return Observation(ProcessState.EXITED, result=result) if result else None
