"""Reads of runs: lists, logs, the queue, and what runs have left."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.ownership import visible
from core.errors import NotFound
from core.execution.hosts import hosts_known
from core.execution.log_file import PLATFORM_PREFIX
from core.execution.log_text import log_tail, tail_bytes
from core.execution.log_times import LogTimes
from core.execution.models import Host, Lease, LeaseKind
from core.execution.platform_lines import iso
from core.identifiers import as_uuid
from projects.models import Project, Run, RunStatus
from projects.runs import queue
from projects.runs.artifacts import (
    KINDS,
    artifact_groups,
    artifact_list,
    artifact_open,
    artifact_path,
    folder_files,
)
from projects.runs.checkpoints import whole_checkpoints
from projects.runs.compare import curves, differences, evaluation_of, last_values, runs_chosen
from projects.runs.merge import can_merge
from projects.runs.metrics import NOT_FINITE, run_metrics
from projects.runs.own_config import config_bytes, config_name, flattened
from projects.runs.paths import run_folder
from projects.runs.repeat import project_config
from projects.runs.results import RunResult, has_result, run_result

__all__ = [
    "KINDS", "RunResult", "artifact_groups", "artifact_list", "artifact_open", "artifact_path",
    "can_merge", "config_bytes", "config_name", "curves", "differences", "eta_seconds",
    "evaluation_of", "flattened", "folder_files", "gpu_ledger", "gpus_spoken_for", "has_result",
    "last_values", "notice_of", "project_config", "queue_list", "queue_of", "queue_turn",
    "run_get", "run_list", "run_log_entries", "run_log_tail", "run_metrics", "run_recent",
    "run_result", "run_rows", "run_status", "runs_chosen", "whole_checkpoints",
]  # fmt: skip
LOG_ENTRIES = 200
ROW = (
    "project_id", "status", "reason_code", "reason_params", "method", "origin", "progress", "step",
    "max_steps", "start_command", "created_at",
)  # fmt: skip
_PLATFORM_LINE = re.compile(re.escape(PLATFORM_PREFIX) + r"(\S+) ([A-Z]+) (.*)")
_LEVEL = re.compile(r"\b(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b")


def run_list(project: Project) -> QuerySet[Run]:
    """Newest first, as lists show them: without what only a launch reads."""
    return Run.objects.filter(project=project).defer("inputs")


def run_rows(project: Project) -> QuerySet[Run]:
    """Newest first, with what a row of a table shows."""
    return Run.objects.filter(project=project).only(*ROW)


def run_recent(actor: Actor, limit: int) -> list[Run]:
    runs = visible(Run.objects.select_related("project"), actor.user, "project__")
    return list(runs.only(*ROW, "project__name")[:limit])


def run_get(project: Project, run_id: object) -> Run:
    """A run of this project. Raises NotFound."""
    runs = Run.objects.filter(project=project, id=as_uuid(run_id))
    found = runs.select_related("started_by", "parent").first()
    if found is None:
        raise NotFound(_("There is no such run"))
    found.project = project
    return found


def run_log_tail(run: Run, lines: int = 500) -> list[str]:
    return log_tail(run_folder(run), lines)


def run_log_entries(run: Run, limit: int = LOG_ENTRIES) -> list[dict[str, str]]:
    """The last log lines as `{"timestamp", "level", "message"}`, oldest first."""
    start, data = tail_bytes(run_folder(run), limit)
    times = run_folder(run).times()
    last = iso(run.created_at)
    entries = []
    for raw in data.splitlines(keepends=True):
        start += len(raw)
        entry = _entry(raw.decode("utf-8", "replace").rstrip("\r\n"), start, times, last)
        last = entry["timestamp"]
        entries.append(entry)
    return entries[-limit:]


def _entry(line: str, end: int, times: LogTimes, previous: str) -> dict[str, str]:
    if match := _PLATFORM_LINE.fullmatch(line):
        return {"timestamp": match[1], "level": match[2].lower(), "message": match[3]}
    moment = times.at(end)
    stamp = iso(datetime.fromtimestamp(moment, tz=UTC)) if moment else previous
    level = _LEVEL.search(line[:200])
    return {
        "timestamp": stamp,
        "level": level[1].lower() if level else "info",
        "message": line,
    }


def gpus_spoken_for(hosts: list[Host]) -> dict[str, set[int]]:
    """Free GPUs by host that are for runs which wait: nobody who comes now may take them."""
    return queue.spoken_for(hosts)


def queue_turn(run: Run) -> queue.Turn | None:
    """Where a run stands that waits for GPUs; None for all others, without a query."""
    if run.status != RunStatus.PENDING or run.host or not run.gpus_wanted:
        return None
    return next((turn for turn in queue.queue_look() if turn.run.id == run.id), None)


def queue_of(run: Run) -> dict[str, Any] | None:
    """`{"position", "why"}` of a run that waits for GPUs."""
    turn = queue_turn(run)
    return None if turn is None else {"position": turn.position, "why": turn.why}


def queue_list(actor: Actor) -> list[dict[str, Any]]:
    """Everybody who waits, in order; of runs that the actor may not see only that they are."""
    turns = queue.queue_look()
    waiting = Run.objects.filter(id__in=[turn.run.id for turn in turns])
    seen = set(visible(waiting, actor.user, "project__").values_list("id", flat=True))
    return [
        {
            "position": turn.position,
            "run": turn.run if turn.run.id in seen else None,
            "gpus": turn.run.gpus_wanted,
            "priority": turn.run.priority,
            "why": turn.why,
            "created_at": turn.run.created_at,
        }
        for turn in turns
    ]


def gpu_ledger(actor: Actor) -> list[dict[str, Any]]:
    """Every GPU of every host and who has it; `run` only where the actor may see it."""
    held = {(one.host, one.value): one for one in Lease.objects.filter(kind=LeaseKind.GPU)}
    holders = Run.objects.filter(id__in=[one.holder_id for one in held.values()])
    runs = {run.id: run for run in visible(holders, actor.user, "project__")}
    return [
        _ledger_row(host.name, gpu, held.get((host.name, str(int(gpu["index"])))), runs)
        for host in hosts_known()
        for gpu in host.gpus
    ]


def _ledger_row(
    host: str, gpu: dict[str, Any], lease: Lease | None, runs: dict[UUID, Run]
) -> dict[str, Any]:
    return {
        "host": host,
        "index": int(gpu["index"]),
        "name": str(gpu.get("name", "")),
        "lease": lease,
        "run": runs.get(lease.holder_id) if lease else None,
    }


def run_status(run: Run) -> dict[str, Any]:
    """The live facts of a run, as the event stream and the page show them."""
    return {
        "queue": queue_of(run),
        "status": run.status,
        "progress": run.progress,
        "step": run.step,
        "max_steps": run.max_steps,
        "eta_seconds": eta_seconds(run),
        "reason": run.reason,
        "notice": notice_of(run),
        "executor": run.executor,
        "started_at": iso(run.started_at) if run.started_at else None,
        "finished_at": iso(run.finished_at) if run.finished_at else None,
        "stop_requested": run.stop_requested_at is not None,
    }


def notice_of(run: Run) -> str:
    """What is to be known of the run beside its state, in the reader's language."""
    if run.notice or not run.metrics_offset:
        return run.notice
    told = run.events.filter(code=NOT_FINITE).first()
    return str(told) if told else ""


def eta_seconds(run: Run) -> float | None:
    """Remaining seconds at the pace so far; None where that cannot be said."""
    if run.status != RunStatus.RUNNING or run.started_at is None or not 0 < run.progress < 1:
        return None
    elapsed = (timezone.now() - run.started_at).total_seconds()
    return round(elapsed * (1 - run.progress) / run.progress, 1)
