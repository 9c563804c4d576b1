"""What pages show of deployments and GPUs, for those who wait for it to change."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from core.accounts.actor import Actor
from core.changes.watch import Facts, Kind
from core.execution.models import Host, Lease, LeaseKind
from deployments.choices import ACTIVE
from deployments.models import Deployment

ALL = "all"


def _deployments_look(_keys: Collection[Any]) -> Facts:
    """But for the milliseconds of each answer, which are never the same."""
    rows = Deployment.objects.filter(status__in=ACTIVE).order_by("id")
    shown = ("id", "status", "phase_code", "notice_code", "health_ok", "host", "port", "started_at")
    return {ALL: tuple(rows.values_list(*shown))}


def _gpus_look(_keys: Collection[Any]) -> Facts:
    """A host tells its GPUs' use, memory and processes each time that it reports."""
    hosts = Host.objects.order_by("name").values_list("name", "seen_at", "given_up_at")
    leases = Lease.objects.filter(kind=LeaseKind.GPU).order_by("id")
    return {ALL: (tuple(hosts), tuple(leases.values_list("id", "holder_id")))}


def _everybody(_actor: Actor, _key: str) -> bool:
    return True


ALL_DEPLOYMENTS = Kind("deployments", "deploy", _deployments_look, _everybody)
ALL_GPUS = Kind("gpus", "deploy", _gpus_look, _everybody)
