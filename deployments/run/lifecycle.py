"""A deployment's own part of its life: its command, its port, what its log says it does."""

from __future__ import annotations

import shlex
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from core.execution.executor import Observation, ProcessState, Spec
from core.execution.leases import can_bind, free_port, lease_release, lease_take, lock_host
from core.execution.log_file import read_log
from core.execution.machine import DEAF_SECONDS, MAX_BACK_OFF, End, Machine, Verdict, long_past
from core.execution.models import LeaseKind
from core.execution.registry import executor_named
from deployments.choices import DeploymentStatus
from deployments.models import Deployment
from deployments.run import endings
from deployments.run.engine_key import signing_key_id
from deployments.run.environment import (
    engine_argv,
    engine_environment,
    engine_secrets,
    names_served,
    read_paths,
)
from deployments.run.log_reader import phase_in
from deployments.run.messages import render
from deployments.run.paths import attempts_folder, log_path, run_folder
from deployments.run.state import DEPLOYMENTS, event_add, events_flush, transition

LOG_CHUNK = 256 * 1024
_first_seen: dict[tuple[UUID, int], float] = {}


class DeploymentMachine(Machine[Deployment]):
    """An engine is launched as often as its policy says; `running` is health's to say."""

    states = DEPLOYMENTS
    waiting = DeploymentStatus.STARTING
    running = None

    def home(self) -> Path:
        return Path(settings.DEPLOY_LOG_DIR)

    def executor_name(self, row: Deployment) -> str:
        return "container" if settings.DEPLOY_LAUNCHER == "container" else "local"

    def may_launch(self, row: Deployment) -> bool:
        if row.next_launch_at is None:
            return True
        wait = row.next_launch_at - timezone.now()
        # A clock that jumped back must not make it wait for longer than any back-off is.
        return wait <= timedelta(0) or wait > timedelta(seconds=MAX_BACK_OFF)

    def unclaimed(self, overdue: datetime) -> Q:
        return long_past("updated_at", overdue) | Q(next_launch_at__isnull=False)

    def prepare(self, row: Deployment) -> Spec | None:
        """None where no port was left."""
        folder = run_folder(row)
        folder.create()
        if folder.claim() is None:
            if not _has_port(row):
                return None
            size, row.engine_key_id = folder.log_size(), signing_key_id()
            Deployment.objects.filter(id=row.id).update(
                attempt_offset=size, log_offset=size, engine_key_id=row.engine_key_id
            )
        events_flush(row)  # before the engine writes: a line of ours must not fall into its
        argv = engine_argv(row)
        Deployment.objects.filter(id=row.id).update(
            vllm_cmd=shlex.join(argv), served_names=names_served(row.model_path, row.extra_args)
        )
        return Spec(
            key=self.key(row),
            folder=folder,
            argv=argv,
            env=engine_environment(row, self.key(row)),
            digest={},
            grace=None,
            opening=_opening(row, argv),
            cwd=str(folder.output),
            mounts=read_paths(row),
            secrets=engine_secrets(row),
        )

    def demand(self, row: Deployment) -> None:
        forced = row.force_requested_at
        overdue = forced is not None and forced <= timezone.now()
        if overdue or row.kill_reason_code in endings.KILLS:
            run_folder(row).request_kill()
        elif row.stop_requested_at is not None or row.kill_reason_code:
            run_folder(row).request_stop()

    def deaf_at(self, row: Deployment) -> datetime | None:
        forced = row.force_requested_at
        return forced and forced + timedelta(seconds=DEAF_SECONDS)

    def look(self, row: Deployment, seen: Observation) -> None:
        """It lives: who it is, what it does, whether it takes too long."""
        if seen.state is not ProcessState.RUNNING:
            return
        changes: dict[str, Any] = {}
        if seen.pid and row.pid != seen.pid:
            changes["pid"] = row.pid = seen.pid
        if row.status == DeploymentStatus.STARTING:
            changes |= _phase(row)
            if _watched_seconds(row) > settings.DEPLOY_START_TIMEOUT and not row.kill_reason_code:
                changes["kill_reason_code"] = "start_timeout"
        if changes:
            self._attempt(row).update(**changes)

    def verdict(self, row: Deployment, end: End) -> Verdict:
        return endings.verdict(row, end)


MACHINE = DeploymentMachine()


def _watched_seconds(row: Deployment) -> float:
    """How long this process has watched this attempt, by a clock that does not jump."""
    now = time.monotonic()
    if len(_first_seen) > 5000:
        _first_seen.clear()
    return now - _first_seen.setdefault((row.id, row.attempt), now)


def shown_command(deployment: Deployment) -> str:
    """The command line as a person would type it."""
    return shlex.join(engine_argv(deployment))


def _opening(deployment: Deployment, argv: list[str]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return render("launched", _place(deployment, shlex.join(argv)))


def _place(deployment: Deployment, command: str) -> dict[str, str]:
    return {
        "host": deployment.host,
        "port": str(deployment.port),
        "gpus": ", ".join(map(str, deployment.gpu_ids)) or "–",
        "command": command,
    }


def _has_port(deployment: Deployment) -> bool:
    """Asked only before our own engine can have bound it."""
    return can_bind(deployment.port or 0) or next_port(deployment)


def next_port(deployment: Deployment) -> bool:
    """Swap its port for another that is free; a deployment without one left ends."""
    low, high = settings.DEPLOY_PORT_LOW, settings.DEPLOY_PORT_HIGH
    old = deployment.port
    with transaction.atomic():
        lock_host(deployment.host)
        port = free_port(deployment.host, low, high, avoid=[old] if old else [])
        if port is not None:
            lease_release(DEPLOYMENTS.holder(deployment), LeaseKind.PORT)
            lease_take(DEPLOYMENTS.holder(deployment), deployment.host, LeaseKind.PORT, [str(port)])
            Deployment.objects.filter(id=deployment.id).update(port=port)
            event_add(
                deployment, code="next_port", params={"old": str(old), "port": str(port)},
                level="warning",
            )  # fmt: skip
    if port is None:
        params = {"low": str(low), "high": str(high)}
        transition(deployment, DeploymentStatus.FAILED, code="no_port", params=params)
        return False
    deployment.port = port
    return True


def _phase(row: Deployment) -> dict[str, Any]:
    """What the part of its log that is new says it is doing."""
    start, data = read_log(log_path(row.id), row.log_offset, LOG_CHUNK)
    if not data:
        return {} if row.phase_code != "queued" else {"phase_code": "process_started"}
    changes: dict[str, Any] = {"log_offset": start + len(data)}
    if found := phase_in(data.decode("utf-8", "replace")):
        changes["phase_code"], changes["phase_params"] = found
        row.phase_code, row.phase_params = found
    elif row.phase_code == "queued":
        changes["phase_code"] = "process_started"
    return changes


def forget(deployment: Deployment) -> None:
    """Remove what only the platform needs; the log stays until housekeeping."""
    shutil.rmtree(attempts_folder(deployment.id), ignore_errors=True)


def prune_containers() -> None:
    """Housekeeping: containers of this platform's attempts that are no more.

    Docker may not have answered when they ended, or whoever was to remove them was killed.
    """
    if settings.DEPLOY_LAUNCHER != "container":
        return
    from core.execution.docker_facts import docker_facts  # late: few hosts use its library

    home = str(MACHINE.home())
    rows = Deployment.objects.filter(status__in=DEPLOYMENTS.active)
    wanted = {MACHINE.key(row) for row in rows.only("id", "attempt")}
    for one in docker_facts().containers:
        ours = any(source == home or source.startswith(f"{home}/") for source in one.sources)
        if ours and one.key not in wanted:
            executor_named("container").discard(one.key, {})


def prune_logs() -> None:
    """Housekeeping: logs of removed deployments after DEPLOY_LOG_DAYS."""
    oldest = time.time() - settings.DEPLOY_LOG_DAYS * 86400
    root = log_path(UUID(int=0)).parent
    for path in root.glob("*.log") if root.is_dir() else ():
        try:
            known = Deployment.objects.filter(id=UUID(path.stem)).exists()
            if not known and path.stat().st_mtime < oldest:
                path.unlink()
        except (ValueError, OSError):
            continue  # not a log of ours, or gone meanwhile
