"""What pages show of deployments and GPUs, for those who wait for it to change."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from core.accounts.actor import Actor
from core.accounts.ownership import Sight, sight_of
from core.changes.watch import Facts, Kind
from core.execution.models import Host, Lease, LeaseKind
from deployments.choices import ACTIVE
from deployments.models import Deployment

ALL = "all"


def _deployments_look(sights: Collection[Sight]) -> Facts:
    """One query for all, and to each what they may see.

    But for the milliseconds of each answer, which are never the same.
    """
    rows = Deployment.objects.filter(status__in=ACTIVE).order_by("id")
    owned = ("owner_id", "visibility", "team_id")
    shown = (
        "id", "status", "phase_code", "phase_params", "notice_code", "notice_params", "health_ok",
        "host", "port", "gpu_ids", "started_at",
    )  # fmt: skip
    found = list(rows.values_list(*owned, *shown))
    return {sight: tuple(row for row in found if sight.covers(*row[:3])) for sight in sights}


def _same_sight(actor: Actor, sight: Sight) -> bool:
    """Else the stream ends, and the page comes back with what may be seen now."""
    return sight_of(actor) == sight


def _gpus_look(_keys: Collection[Any]) -> Facts:
    """A host tells its GPUs' use, memory and processes each time that it reports."""
    hosts = Host.objects.order_by("name").values_list("name", "seen_at", "given_up_at")
    leases = Lease.objects.filter(kind=LeaseKind.GPU).order_by("id")
    return {ALL: (tuple(hosts), tuple(leases.values_list("id", "holder_id")))}


def _everybody(_actor: Actor, _key: str) -> bool:
    return True


DEPLOYMENTS = Kind("deployments", "deploy", _deployments_look, _same_sight)
ALL_GPUS = Kind("gpus", "deploy", _gpus_look, _everybody)
