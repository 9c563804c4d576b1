"""Hosts as a whole: one that is gone is given up, one that comes back cleans up first."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict
from core.execution.hosts import host_report
from core.execution.machine import Machine
from core.execution.models import HOST_PATIENCE, Host
from datasets.deid_jobs import lifecycle as jobs
from deployments.run import lifecycle as deployments
from projects.runs import lifecycle as runs

MACHINES: tuple[Machine[Any], ...] = (runs.MACHINE, deployments.MACHINE, jobs.MACHINE)


def host_give_up(*, actor: Actor, host: Host) -> dict[str, int]:
    """End all that was on a host that will not come back; how many of each kind.

    Runs, engines and jobs become failed with that reason, and their GPUs and ports are free.
    Raises Forbidden, Conflict while the host reports.
    """
    actor.require("platform_site.give_up_host")
    with transaction.atomic():
        locked = Host.objects.select_for_update().get(name=host.name)
        if timezone.now() - locked.seen_at < HOST_PATIENCE:
            raise Conflict(_("%(host)s reports: stop what runs there instead") % {"host": host})
        locked.given_up_at = timezone.now()
        locked.save(update_fields=["given_up_at"])
        ended = {machine.name: machine.give_up(host.name) for machine in MACHINES}
        changes = {name: [count, 0] for name, count in ended.items()}
        audit.record(actor, "host.give_up", locked, changes=changes)
    return ended


def host_round() -> None:
    """The agent's: report; a host that was given up first ends what it was not there to lose."""
    if Host.objects.filter(name=settings.PLATFORM_HOST, given_up_at__isnull=False).exists():
        for machine in MACHINES:
            machine.leftovers_end()
        Host.objects.filter(name=settings.PLATFORM_HOST).update(given_up_at=None)
    host_report()
