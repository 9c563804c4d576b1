"""The run folder: the truth about a process, on disk, whoever has died."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.execution import log_keeper, wrapper
from core.execution.log_file import extent
from core.execution.log_times import LogTimes
from core.execution.platform_lines import PlatformLines
from core.execution.process_identity import boot_id
from core.files.paths import remove_tree, write_atomic

LOG_BYTES = 256 * 1024 * 1024
PRIVATE = 0o600


@dataclass(frozen=True)
class Result:
    """How the command ended: `returncode` is negative for a signal, as subprocess has it."""

    returncode: int
    error: str
    disk_full: bool
    started_at: float
    finished_at: float


class RunFolder:
    """Reads and writes the files of one run; see wrapper.py for the other side."""

    def __init__(self, root: Path, log: Path | None = None, log_bytes: int = LOG_BYTES) -> None:
        """`log`: where it is kept if not in the folder itself; `log_bytes`: 0 for no bound."""
        self.root = root
        self.control = root / "control"
        self.inputs = root / "inputs"
        self.output = root / "output"
        self.log = log or root / "run.log"
        self.log_bytes = log_bytes

    def create(self) -> None:
        for folder in (self.inputs, self.output):
            folder.mkdir(parents=True, exist_ok=True)
        self._make_control()
        self.log.touch()

    def _make_control(self) -> None:
        """For the platform and the wrapper alone: the environment in there has secrets."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.control.mkdir(mode=0o700, exist_ok=True)

    def exists(self) -> bool:
        return self.root.is_dir()

    def remove(self) -> list[str]:
        """Remove all of it but a log that is kept elsewhere. Returns what could not be removed."""
        return remove_tree(self.root)

    def write_spec(self, spec: dict[str, Any]) -> None:
        for program in (log_keeper, wrapper):
            source = Path(str(program.__file__))
            write_atomic(self.control / source.name, source.read_bytes())
        with translation.override(settings.LANGUAGE_CODE):
            notice = _("dropped here: the log may take at most %(limit)s bytes")
        bound = {
            "log_max_bytes": self.log_bytes,
            "log_notice": notice % {"limit": self.log_bytes},
        }
        data = json.dumps({**spec, **bound}, ensure_ascii=False).encode()
        write_atomic(self.control / "spec.json", data, mode=PRIVATE)

    def claim(self) -> dict[str, Any] | None:
        """Who owns the run: `{"boot_id", "pid", "start_time"}`; None before it began."""
        return _json(self.control / "claim")

    def result(self) -> Result | None:
        data = _json(self.control / "rc")
        if data is None:
            return None
        return Result(
            returncode=int(data["returncode"]),
            error=str(data.get("error", "")),
            disk_full=bool(data.get("disk_full")),
            started_at=float(data["started_at"]),
            finished_at=float(data["finished_at"]),
        )

    def close(self) -> bool:
        """Take the claim so that no wrapper can; False if one has begun (a second call is True).

        What was asked to start, and answers late, finds the run taken and does nothing.
        """
        self._make_control()
        nobody = {"boot_id": boot_id(), "pid": 0, "start_time": -1, "closed": True}
        if wrapper.claim(wrapper.RunFolder(str(self.root)), nobody):  # type: ignore[no-untyped-call]
            return True
        return bool((self.claim() or {}).get("closed"))

    def digests(self) -> dict[str, str]:
        return _json(self.control / "digests.json") or {}

    def request_stop(self) -> None:
        (self.control / "stop").touch()

    def request_kill(self) -> None:
        """End the whole tree now, without asking it."""
        (self.control / "kill").touch()

    def append_platform_line(
        self, moment: datetime, level: str, message: str, *, event: str
    ) -> None:
        """Append one line of ours to the log, exactly once however often it is called.

        `event` names what it tells of, once and for all among those of this log.
        """
        live = self.claim() is not None and self.result() is None
        lines = PlatformLines(self.log, self._lines_index())
        lines.append(event, moment, level, message, anew=live)

    def _lines_index(self) -> Path:
        """One for the log: a log over several attempts has it beside their folders."""
        own = self.log.is_relative_to(self.root)
        return (self.control if own else self.root.parent) / "platform_lines.index"

    def log_size(self) -> int:
        return extent(self.log).size

    def times(self) -> LogTimes:
        return LogTimes(self.control / "log.index")


def _json(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
