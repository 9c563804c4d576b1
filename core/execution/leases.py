"""Ports and GPUs, handed out once: rows under a unique constraint, taken in one transaction."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from core.execution.models import Host, Lease, LeaseKind


@dataclass(frozen=True)
class Holder:
    """Who holds a lease: `deployment` or `run`, and its id."""

    type: str
    id: UUID


def lock_host(host: str) -> None:
    """One allocation at a time on a host, to the end of the transaction.

    SQLite's transactions are IMMEDIATE, so there the transaction itself is the lock.
    """
    if connection.features.has_select_for_update:
        list(Host.objects.select_for_update().filter(name=host).values_list("pk"))


def leased(host: str, kind: LeaseKind) -> dict[str, Lease]:
    """The leases of one kind on a host, by value."""
    return {lease.value: lease for lease in Lease.objects.filter(host=host, kind=kind)}


def lease_take(holder: Holder, host: str, kind: LeaseKind, values: Iterable[str]) -> None:
    """Raises IntegrityError, and takes nothing, if one of them is taken."""
    with transaction.atomic():
        Lease.objects.bulk_create(
            Lease(host=host, kind=kind, value=value, holder_type=holder.type, holder_id=holder.id)
            for value in values
        )


def lease_release(holder: Holder, kind: LeaseKind | None = None) -> None:
    """Give back everything of a holder, or everything of one kind."""
    leases = Lease.objects.filter(holder_type=holder.type, holder_id=holder.id)
    (leases.filter(kind=kind) if kind else leases).delete()


def free_gpus(host: Host) -> list[dict[str, Any]]:
    """The host's devices that nobody has leased, the one with most free memory first."""
    taken = leased(host.name, LeaseKind.GPU)
    free = [gpu for gpu in host.gpus if str(int(gpu["index"])) not in taken]
    return sorted(free, key=lambda gpu: (-free_memory(gpu), int(gpu["index"])))


def free_memory(gpu: dict[str, Any]) -> int:
    """Bytes that no process had in use when the host last looked."""
    return int(gpu.get("memory_total", 0)) - int(gpu.get("memory_used", 0))


def free_port(host: str, low: int, high: int, *, avoid: Iterable[int] = ()) -> int | None:
    """The lowest port of the range that nobody has leased; on this host, that can be bound too."""
    taken = {int(value) for value in leased(host, LeaseKind.PORT)} | set(avoid) | {settings.PORT}
    here = host == settings.PLATFORM_HOST
    for port in range(low, high + 1):
        if port not in taken and (not here or can_bind(port)):
            return port
    return None


def can_bind(port: int, address: str | None = None) -> bool:
    """Whether an engine could listen there now. A port in TIME_WAIT counts as free.

    Where we cannot see (the address is not of our network namespace) the engine finds out.
    """
    address = address or settings.DEPLOY_ADDRESS
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return error.errno == errno.EADDRNOTAVAIL
    return True
