"""Reads of projects and runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets import selectors as datasets_selectors
from platform_site.accounts.actor import Actor
from platform_site.accounts.ownership import find_visible, visible
from platform_site.errors import NotFound
from platform_site.execution.log_text import log_tail, tail_bytes
from platform_site.execution.run_folder import PLATFORM_PREFIX, LogTimes, iso
from platform_site.identifiers import as_uuid
from projects.models import ACTIVE_STATUSES, Project, Run, RunStatus
from projects.paths import run_folder, training_dir

LOG_ENTRIES = 200
MAX_NAMES = 200
_PLATFORM_LINE = re.compile(re.escape(PLATFORM_PREFIX) + r"(\S+) ([A-Z]+) (.*)")
_LEVEL = re.compile(r"\b(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b")


def project_list(actor: Actor, search: str = "") -> QuerySet[Project]:
    """Projects that the actor sees, newest first, with `runs_count` and `latest_status`."""
    latest = Run.objects.filter(project=OuterRef("pk")).order_by("-created_at")
    projects = visible(Project.objects.select_related("owner", "team"), actor.user)
    queryset = projects.annotate(
        runs_count=Count("runs"), latest_status=Subquery(latest.values("status")[:1])
    )
    queryset = queryset.order_by("-created_at", "-id")  # grouping has dropped the model's order
    return queryset.filter(name__icontains=search) if search else queryset


def project_get(actor: Actor, reference: object) -> Project:
    """A project by id or by name; the id wins. Raises NotFound."""
    runs = Prefetch("runs", queryset=Run.objects.order_by("-created_at"))
    projects = Project.objects.select_related("owner", "team").prefetch_related(runs)
    found = find_visible(projects.filter(id=as_uuid(reference)), actor)
    found = found or find_visible(projects.filter(name=str(reference)), actor)
    if found is None:
        raise NotFound(_("There is no such project"))
    return found


def run_list(project: Project) -> QuerySet[Run]:
    return Run.objects.filter(project=project).select_related("project", "started_by")


def run_recent(actor: Actor, limit: int) -> list[Run]:
    runs = visible(Run.objects.select_related("project"), actor.user, "project__")
    return list(runs[:limit])


def run_get(project: Project, run_id: object) -> Run:
    """A run of this project. Raises NotFound."""
    found = run_list(project).filter(id=as_uuid(run_id)).first()
    if found is None:
        raise NotFound(_("There is no such run"))
    return found


def has_active_runs(project: Project) -> bool:
    return Run.objects.filter(project=project, status__in=ACTIVE_STATUSES).exists()


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


def run_status(run: Run) -> dict[str, Any]:
    """The live facts of a run, as the event stream and the page show them."""
    return {
        "status": run.status,
        "progress": run.progress,
        "step": run.step,
        "max_steps": run.max_steps,
        "eta_seconds": eta_seconds(run),
        "reason": run.reason,
        "notice": run.notice,
        "executor": run.executor,
        "started_at": iso(run.started_at) if run.started_at else None,
        "finished_at": iso(run.finished_at) if run.finished_at else None,
        "stop_requested": run.stop_requested_at is not None,
    }


def eta_seconds(run: Run) -> float | None:
    """Remaining seconds at the pace so far; None where that cannot be said."""
    if run.status != RunStatus.RUNNING or run.started_at is None or not 0 < run.progress < 1:
        return None
    elapsed = (timezone.now() - run.started_at).total_seconds()
    return round(elapsed * (1 - run.progress) / run.progress, 1)


def input_names(actor: Actor) -> dict[str, list[str]]:
    """Names that a project can use: files of the training folder, then uploads."""
    files, configs = datasets_selectors.uploaded_names(actor, MAX_NAMES)
    return {
        "datasets": _names("datasets", (".jsonl", ".json", ".csv", ".parquet", ".txt")) + files,
        "configs": _names("configs", (".yaml", ".yml")) + configs,
    }


def _names(folder: str, suffixes: tuple[str, ...]) -> list[str]:
    root = training_dir() / folder
    if not root.is_dir():
        return []
    names = sorted(
        f"{folder}/{path.name}" for path in root.iterdir() if path.suffix.lower() in suffixes
    )
    return names[:MAX_NAMES]
