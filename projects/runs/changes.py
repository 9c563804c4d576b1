"""What pages show of runs that go on, and of the queue, for those who wait for it to change."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Any

from core.changes.watch import Facts, Kind
from core.execution.models import Host, Lease, LeaseKind
from projects.models import ACTIVE_STATUSES, Run, RunStatus
from projects.selectors import project_seen

QUEUE = "queue"


def _runs_look(projects: Collection[Any]) -> Facts:
    """By project. A run that ends, or begins again, leaves or comes."""
    rows = Run.objects.filter(status__in=ACTIVE_STATUSES, project_id__in=projects)
    found: dict[Hashable, tuple[Hashable, ...]] = {}
    shown = ("id", "status", "progress", "step", "max_steps", "stop_requested_at")
    for project, *facts in rows.order_by("id").values_list("project_id", *shown):
        found[project] = (*found.get(project, ()), tuple(facts))
    return found


def _queue_look(_keys: Collection[Any]) -> Facts:
    waiting = Run.objects.filter(status=RunStatus.PENDING).order_by("id")
    leases = Lease.objects.filter(kind=LeaseKind.GPU).order_by("id")
    hosts = [(host.name, host.is_alive, len(host.gpus)) for host in Host.objects.order_by("name")]
    return {
        QUEUE: (
            tuple(waiting.values_list("id", "priority", "host", "gpus_wanted")),
            tuple(leases.values_list("id", "holder_id")),
            tuple(hosts),
        )
    }


RUNS_OF_PROJECT = Kind("runs", "train", _runs_look, project_seen)
RUN_QUEUE = Kind("queue", "train", _queue_look, lambda _actor, _key: True)
