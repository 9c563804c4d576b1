"""What the end of an attempt means: stopped, failed, or started again by policy."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.execution.log_file import read_log
from core.execution.machine import MAX_BACK_OFF, End, Verdict
from core.execution.run_folder import Result
from deployments.choices import DeploymentStatus, RestartPolicy
from deployments.models import Deployment
from deployments.run.attempts import fresh_attempt
from deployments.run.log_reader import TAIL_BYTES, failure_in
from deployments.run.paths import log_path

KILLS = {"hung", "start_timeout"}
MAX_PORTS = 5
SLOW_STREAK = 600.0  # running for so long, it is not in a crash loop any more
# Starting again cannot help: the same command would end the same way.
HOPELESS = {"bad_argument", "no_such_model", "bad_value", "not_executable", "no_port"}


def verdict(row: Deployment, end: End) -> Verdict:
    """By request or policy another attempt follows; else it has stopped or failed."""
    code, params, fields = end.code, end.params, {}
    if end.result is not None:
        code, params = _why(row, end.result)
        ended_at = datetime.fromtimestamp(end.result.finished_at, tz=UTC)
        fields = {"exit_code": end.result.returncode, "stopped_at": ended_at}
    if row.stop_requested_at is not None:
        return Verdict(DeploymentStatus.STOPPED, "stopped", {}, fields)
    if row.kill_reason_code == "restart_requested":
        return _again(row, "restart_requested", {}, delay=0.0, streak=0)
    if (
        code == "port_taken"
        and row.ports_tried < MAX_PORTS
        and row.status == DeploymentStatus.STARTING
    ):
        # The launch checks the port and takes the next one.
        tried = row.ports_tried + 1
        return _again(row, code, params, delay=0.0, streak=row.streak, ports_tried=tried)
    if row.restart_policy == RestartPolicy.ON_FAILURE and code not in HOPELESS:
        return _by_policy(row, code, params, fields)
    to = DeploymentStatus.STOPPED if code == "exited_zero" else DeploymentStatus.FAILED
    return Verdict(to, code, params, fields)


def _by_policy(
    row: Deployment, code: str, params: dict[str, Any], fields: dict[str, Any]
) -> Verdict:
    """Start it again after a back-off that doubles; after too many in a row give up."""
    if row.streak < settings.DEPLOY_MAX_RESTARTS:
        delay = min(MAX_BACK_OFF, settings.DEPLOY_RESTART_BACKOFF * 2**row.streak)
        return _again(row, code, params, delay=delay, streak=row.streak + 1)
    loop = {"n": str(row.streak + 1), "why_code": code, "why_params": params}
    return Verdict(DeploymentStatus.FAILED, "crash_loop", loop, fields)


def _again(
    row: Deployment, code: str, params: dict[str, Any], *, delay: float, streak: int, **more: Any
) -> Verdict:
    n = row.restart_count + 1
    why = {"why_code": code, "why_params": params}
    fields = fresh_attempt(row) | {
        "streak": streak,
        "restart_count": n,
        "restart_reason_code": code,
        "restart_reason_params": params,
        "next_launch_at": timezone.now() + timedelta(seconds=delay),
        "phase_code": "waiting_restart",
        "phase_params": {"n": str(n), **why},
        **more,
    }
    shown = {"n": str(n), "seconds": f"{delay:g}", **why}
    return Verdict(DeploymentStatus.STARTING, "restarting", shown, fields)


def _why(row: Deployment, result: Result) -> tuple[str, dict[str, Any]]:
    """By what we did to it, by what its log says, by its exit code."""
    code = result.returncode
    if row.kill_reason_code == "start_timeout":
        return "start_timeout", {"seconds": f"{settings.DEPLOY_START_TIMEOUT:g}"}
    if row.kill_reason_code == "hung":
        return "hung", {"n": str(row.health_failures)}
    if result.error:
        return "not_executable", {"why": result.error}
    if code == 0:
        return "exited_zero", {}
    if result.disk_full:
        return "disk_full", {"code": str(code)}
    if found := failure_in(_tail(row)):
        said, params = found
        extra = {"code": str(code), "model": row.model_path, "port": str(row.port)}
        return said, {**extra, **params}
    if code in (-signal.SIGKILL, 128 + signal.SIGKILL):
        return "out_of_memory", {}
    if code < 0:
        return "signal", {"signal": str(-code)}
    return "exit_code", {"code": str(code)}


def _tail(row: Deployment) -> str:
    """The end of what this attempt wrote."""
    path = log_path(row.id)
    try:
        size = path.stat().st_size
    except OSError:
        return ""
    begin = row.attempt_offset if row.attempt_offset <= size else 0  # the log was cut shorter
    start = max(begin, size - TAIL_BYTES)
    return read_log(path, start, TAIL_BYTES)[1].decode("utf-8", "replace")
