"""Rows that own a process, of three domains, each with the machine that looks after its kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from core.execution.docker import DockerExecutor, inside
from core.execution.executor import Executor
from core.execution.local import LocalExecutor
from core.execution.machine import Machine
from core.execution.registry import executor_named
from core.execution.run_folder import RunFolder
from platform_site.hosts import MACHINES

BEYOND_GRACE = timedelta(seconds=30)  # a busy host may be so late
IDS_A_QUERY = 500


@dataclass(frozen=True)
class Owner:
    """A row and what follows from its kind."""

    machine: Machine[Any]
    row: Any

    @property
    def kind(self) -> str:
        return self.machine.name

    @property
    def subject(self) -> str:
        return f"{self.kind} {self.row.id}"

    @property
    def key(self) -> str:
        return self.machine.key(self.row)

    @property
    def folder(self) -> RunFolder:
        return self.machine.states.folder(self.row)

    @property
    def active(self) -> bool:
        return self.row.status in self.machine.states.active

    @property
    def is_here(self) -> bool:
        return self.row.host in ("", settings.PLATFORM_HOST)

    @property
    def executor(self) -> Executor | None:
        """None for a name that this release does not know."""
        name = self.row.executor or LocalExecutor.name
        try:
            return executor_named(name)
        except KeyError:
            return None

    @property
    def run_dirs(self) -> set[str]:
        """Its folder as its wrapper may see it."""
        root = str(self.folder.root)
        return {root, inside(root)} if self.row.executor == DockerExecutor.name else {root}

    @property
    def since(self) -> datetime:
        """When it became what it is, as nearly as the row says."""
        row = self.row
        return row.stop_requested_at or row.submitted_at or row.claimed_at or self.changed_at

    @property
    def changed_at(self) -> datetime:
        moment: datetime = getattr(self.row, "updated_at", None) or self.row.created_at
        return moment


def active_rows() -> list[Owner]:
    """Of all hosts."""
    return [
        Owner(machine, row)
        for machine in MACHINES
        for row in machine.states.model.objects.filter(status__in=machine.states.active)
    ]


def rows_by_id(ids: Iterable[UUID]) -> dict[UUID, Owner]:
    """Whose these ids are; nobody's are not in the answer."""
    wanted = list(ids)
    found: dict[UUID, Owner] = {}
    for machine in MACHINES:
        for start in range(0, len(wanted), IDS_A_QUERY):
            part = machine.states.model.objects.filter(id__in=wanted[start : start + IDS_A_QUERY])
            found |= {row.id: Owner(machine, row) for row in part}
    return found
