"""Keeps web, worker and agent alive under one foreground command.

Each child leads a process group of its own, recorded on disk by (boot id, pid, start time), so
that a supervisor which was killed leaves nothing that its successor cannot find and end.
Training runs are in sessions of their own and in nobody's group here.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from django.conf import settings

from core.execution.process_identity import boot_id, start_time
from core.files.paths import write_atomic
from core.liveness import SIGNING, age, sign
from platform_site.server.forked import Forked

logger = logging.getLogger(__name__)
POLL = 0.3
STOP_PATIENCE = 8.0
# Seconds; longer than clients and proxies keep an idle connection (nginx: 60): else one of them
# sends its next request just as we hang up, and is told nothing.
KEEP_ALIVE = 75
MAX_BACKOFF = 10.0
MANAGE = "manage.py"


def commands() -> dict[str, list[str]]:
    """Name and command line of each child, without the interpreter's name (see forked.py)."""
    host = f"[{settings.BIND_HOST}]" if ":" in settings.BIND_HOST else settings.BIND_HOST
    web = [
        "-m", "gunicorn", "platform_site.asgi:application",
        "--config", "python:platform_site.server.gunicorn_conf",
        "--worker-class", "platform_site.server.web_worker.WebWorker",
        "--workers", str(settings.WEB_WORKERS), "--bind", f"{host}:{settings.PORT}",
        "--graceful-timeout", "3", "--timeout", "60", "--log-level", "warning",
        "--keep-alive", str(KEEP_ALIVE),
        "--worker-tmp-dir", str(settings.PLATFORM_VAR), "--no-control-socket",
        "--forwarded-allow-ips", settings.TRUSTED_PROXIES,
    ]  # fmt: skip
    return {"web": web, "worker": [MANAGE, "qcluster"], "agent": [MANAGE, "agent"]}


@dataclass
class Child:
    """One child process and when it may be started again."""

    name: str
    argv: list[str]
    process: Forked | None = None
    started: float = 0.0
    backoff: float = field(default=0.5)

    def start(self) -> None:
        self.started = time.monotonic()
        if self.name in SIGNING:
            sign(self.name)
        self.process = Forked(self.name, self.argv)

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tell(self, number: int) -> None:
        """Signal the child alone, which then ends its own in order."""
        if self.process is not None and self.lives:
            os.kill(self.process.pid, number)

    def end_group(self, number: int) -> None:
        if self.process is not None:
            _signal_group(self.process.pid, number)


class Supervisor:
    """Starts the children, replaces those that die or fall silent, ends them with itself."""

    def __init__(self, *names: str) -> None:
        """`names`: only these of web, worker and agent; none: all three."""
        chosen = {name: argv for name, argv in commands().items() if not names or name in names}
        self.children = [Child(name, argv) for name, argv in chosen.items()]
        self.stopping = False
        self._recorded = True
        # Parts that are served apart may share the folder: each ends only its own predecessors.
        part = "-".join(["serve", *sorted(names)])
        self.record = Path(settings.PLATFORM_VAR) / f"{part}.json"

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        self._end_predecessors()
        for child in self.children:
            child.start()
        self._write_record()
        while not self.stopping:
            time.sleep(POLL)
            for child in self.children:
                self._look_after(child)
            if not self._recorded:
                self._write_record()
        self._stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _look_after(self, child: Child) -> None:
        if child.process is None or self.stopping:
            return
        code = child.process.poll()
        if code is None:
            if time.monotonic() - child.started > 60:
                child.backoff = 0.5
            if child.name in SIGNING and age(child.name) > settings.SILENCE_PATIENCE:
                logger.error("the %s gives no sign of life; replacing it", child.name)
                sign(child.name)
                child.end_group(signal.SIGKILL)
            return
        if time.monotonic() - child.started < child.backoff:
            return
        logger.warning("%s ended (%s); starting it again", child.name, code)
        # What a killed leader left in its group (cluster workers) would work beside the new one.
        child.end_group(signal.SIGKILL)
        child.backoff = min(MAX_BACKOFF, child.backoff * 2)
        child.start()
        self._write_record()

    def _stop(self) -> None:
        living = [child for child in self.children if child.process is not None]
        for child in living:
            child.tell(signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE
        for child in living:
            while child.lives and time.monotonic() < deadline:
                time.sleep(0.02)
            if child.lives:
                logger.warning("%s did not end in time", child.name)
            child.end_group(signal.SIGKILL)
        self.record.unlink(missing_ok=True)

    def _write_record(self) -> None:
        groups = [
            {"pid": child.process.pid, "start_time": start_time(child.process.pid)}
            for child in self.children
            if child.process is not None
        ]
        record = {"boot_id": boot_id(), "groups": groups}
        try:
            write_atomic(self.record, json.dumps(record).encode())
        except OSError:  # a full disk: the children go on, and it is tried again
            if self._recorded:
                logger.exception("%s cannot be written", self.record)
            self._recorded = False
        else:
            self._recorded = True

    def _end_predecessors(self) -> None:
        try:
            record = json.loads(self.record.read_bytes())
        except (OSError, ValueError):
            return
        if record["boot_id"] != boot_id():
            return
        for group in record["groups"]:
            leader = start_time(group["pid"])
            # A dead leader's pid stays the group's while a member lives, so it cannot be reused.
            if leader is None or leader == group["start_time"]:
                _signal_group(group["pid"], signal.SIGKILL)


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return
