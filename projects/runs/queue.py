"""GPUs for runs: how many one needs, who of those that wait is next, and why the others wait.

By priority, then age. Nobody overtakes on a host that could serve somebody earlier, so a run that
needs many GPUs gets them in the end; a host that is too small for it serves others meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict, Invalid
from core.execution.hosts import hosts_known
from core.execution.leases import free_gpus, lease_take, lock_host
from core.execution.models import Host, LeaseKind
from projects.configs.inputs import Asked
from projects.models import Run, RunPriority, RunStatus
from projects.runs.messages import render
from projects.runs.state import event_add, holder_of


@dataclass
class Turn:
    """What is to become of one that waits: `gpus` on `host`, or the reason why not yet."""

    run: Run
    position: int  # from 1
    host: str = ""
    gpus: list[int] = field(default_factory=list)
    code: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def why(self) -> str:
        return render(self.code, self.params)


def gpus_wanted(asked: Asked) -> int:
    """GPUs that a run of this configuration needs; without a word, one where there are any.

    Raises Invalid if no host has as many; one that is away for a while counts, one that was
    given up does not.
    """
    hosts = hosts_known()
    if asked.num_gpus is None:
        return 0 if asked.method == "merge" else min(1, _most(_living(hosts)))
    most = _most(host for host in hosts if host.given_up_at is None)
    if asked.num_gpus > most:
        raise Invalid(
            _("training.num_gpus: %(need)s GPUs are asked for, no host has more than %(most)s")
            % {"need": asked.num_gpus, "most": most},
            field="training_yaml_name",
        )
    return asked.num_gpus


def _most(hosts: Iterable[Host]) -> int:
    return max((len(host.gpus) for host in hosts), default=0)


def require_priority(actor: Actor, priority: int) -> None:
    """Raises Invalid for an unknown one, Forbidden where it is not for the actor to raise."""
    if priority not in RunPriority.values:
        raise Invalid(
            _("Must be one of %(allowed)s") % {"allowed": ", ".join(map(str, RunPriority.values))},
            field="priority",
        )
    if priority > RunPriority.NORMAL:
        actor.require("projects.raise_priority")


def waiting_runs() -> QuerySet[Run]:
    """Runs that need GPUs and have none yet, the next one first."""
    waiting = Run.objects.filter(
        status=RunStatus.PENDING, host="", gpus_wanted__gt=0, stop_requested_at=None
    )
    return waiting.select_related("project").order_by("-priority", "created_at", "id")


def queue_look() -> list[Turn]:
    """Everybody who waits, in order, with the reason."""
    waiting = list(waiting_runs())
    return _turns(waiting, _living(hosts_known()))[0] if waiting else []


def spoken_for(hosts: list[Host]) -> dict[str, set[int]]:
    """GPUs by host that are free and yet not for somebody who comes now with normal priority.

    Those that a run which waits gets at once, and all of a host that is saved up for one.
    """
    waiting = list(waiting_runs().filter(priority__gte=RunPriority.NORMAL))
    return _turns(waiting, _living(hosts))[1] if waiting else {}


def queue_advance() -> list[UUID]:
    """Give GPUs to those whose turn it is and hand them to their host's worker.

    Returns the runs that are this host's to launch. One query where nobody waits.
    """
    if not waiting_runs().exists():
        return []
    hosts = _living(hosts_known())
    with transaction.atomic():
        for name in sorted(host.name for host in hosts):
            lock_host(name)  # in the same order everywhere, deployments' too
        given = [
            turn for turn in _turns(list(waiting_runs()), hosts)[0] if turn.host and _give(turn)
        ]
    return [turn.run.id for turn in given if turn.host == settings.PLATFORM_HOST]


def _give(turn: Turn) -> bool:
    """False if the run has been stopped meanwhile."""
    mine = waiting_runs().filter(id=turn.run.id)
    if not mine.update(host=turn.host, gpu_ids=turn.gpus):
        return False
    lease_take(holder_of(turn.run), turn.host, LeaseKind.GPU, map(str, turn.gpus))
    params = {"host": turn.host, "gpus": ", ".join(map(str, turn.gpus))}
    event_add(turn.run, code="gpus_given", params=params)
    async_task("projects.tasks.run_launch", str(turn.run.id), cluster=turn.host)
    return True


def _living(hosts: Iterable[Host]) -> list[Host]:
    return [host for host in hosts if host.is_alive or host.name == settings.PLATFORM_HOST]


def _turns(waiting: list[Run], hosts: list[Host]) -> tuple[list[Turn], dict[str, set[int]]]:
    """Everybody's turn, and by host the free GPUs that are for somebody among them."""
    all_free = {host.name: [int(gpu["index"]) for gpu in free_gpus(host)] for host in hosts}
    free = {name: list(gpus) for name, gpus in all_free.items()}
    kept: set[str] = set()  # hosts that are saved up for somebody earlier
    found = []
    for position, run in enumerate(waiting, start=1):
        turn = Turn(run, position)
        fitting = [host for host in hosts if len(host.gpus) >= run.gpus_wanted]
        open_now = [host.name for host in fitting if len(free[host.name]) >= run.gpus_wanted]
        chosen = next((name for name in open_now if name not in kept), None)
        if chosen is not None:
            turn.host, turn.gpus = chosen, sorted(free[chosen][: run.gpus_wanted])
            free[chosen] = free[chosen][run.gpus_wanted :]
        else:
            turn.code, turn.params = _reason(run, fitting, free, bool(open_now))
            kept |= {host.name for host in fitting}
        found.append(turn)
    spoken = {
        name: set(gpus) if name in kept else set(gpus) - set(free[name])
        for name, gpus in all_free.items()
    }
    return found, spoken


def _reason(
    run: Run, fitting: list[Host], free: dict[str, list[int]], open_now: bool
) -> tuple[str, dict[str, Any]]:
    if not fitting:
        return "waits_no_host", {"need": str(run.gpus_wanted)}
    if open_now:
        return "waits_turn", {"need": str(run.gpus_wanted)}
    best = max(fitting, key=lambda host: len(free[host.name]))
    return "waits_busy", {
        "need": str(run.gpus_wanted),
        "host": best.name,
        "free": str(len(free[best.name])),
        "all": str(len(best.gpus)),
    }


def run_set_priority(*, actor: Actor, run: Run, priority: int) -> Run:
    """Move a run that waits forward or back. Raises Conflict where it no longer waits."""
    actor.require("projects.change_project", run.project)
    require_priority(actor, priority)
    with transaction.atomic():
        before = run.priority
        if not waiting_runs().filter(id=run.id).update(priority=priority):
            raise Conflict(_("The run does not wait for GPUs"))
        changes = {"run": [str(run.id), str(run.id)], "priority": [before, priority]}
        audit.record(actor, "run.priority", run.project, changes=changes)
    run.refresh_from_db()
    return run
