"""Rows that own a process, of three domains, as one kind of thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from core.execution.docker import DockerExecutor, inside
from core.execution.executor import Executor
from core.execution.local import LocalExecutor
from core.execution.registry import executor_named
from core.execution.run_folder import RunFolder
from datasets.deid_jobs import lifecycle as jobs
from datasets.models import JOB_ACTIVE, FileJob
from deployments.choices import ACTIVE, Status
from deployments.models import Deployment
from deployments.run import paths as deployment_paths
from projects.models import ACTIVE_STATUSES, Run
from projects.runs import paths as run_paths

BEYOND_GRACE = timedelta(seconds=30)  # a busy host may be so late


@dataclass(frozen=True)
class Kind:
    """What differs between the domains."""

    name: str
    model: Any
    active: tuple[str, ...]
    folder: Callable[[Any], RunFolder]
    has_attempts: bool
    stop_patience: Callable[[], float]
    """Seconds from a wish to stop to the end."""

    def key(self, row: Any) -> str:
        return f"{row.id}-{row.attempt}" if self.has_attempts else str(row.id)


KINDS = (
    Kind(
        "run", Run, ACTIVE_STATUSES, run_paths.run_folder, False,
        lambda: settings.RUN_STOP_GRACE,
    ),
    Kind(
        "deployment", Deployment, ACTIVE, deployment_paths.run_folder, True,
        lambda: settings.DEPLOY_TERMINATE_TIMEOUT,
    ),
    Kind(
        "job", FileJob, JOB_ACTIVE, jobs.run_folder, True,
        lambda: settings.RUN_STOP_GRACE,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Owner:
    """A row and what follows from its kind."""

    kind: Kind
    row: Any

    @property
    def subject(self) -> str:
        return f"{self.kind.name} {self.row.id}"

    @property
    def key(self) -> str:
        return self.kind.key(self.row)

    @property
    def folder(self) -> RunFolder:
        return self.kind.folder(self.row)

    @property
    def active(self) -> bool:
        return self.row.status in self.kind.active

    @property
    def is_here(self) -> bool:
        return self.row.host in ("", settings.PLATFORM_HOST)

    @property
    def executor(self) -> Executor:
        """Jobs name none: they are always this host's."""
        return executor_named(self.row.executor or LocalExecutor.name)

    @property
    def run_dirs(self) -> set[str]:
        """Its folder as its wrapper may see it."""
        root = str(self.folder.root)
        return {root, inside(root)} if self.row.executor == DockerExecutor.name else {root}

    @property
    def since(self) -> datetime:
        """When it became what it is, as nearly as the row says."""
        row = self.row
        return row.stop_requested_at or row.submitted_at or row.claimed_at or changed_at(row)


def changed_at(row: Any) -> datetime:
    moment: datetime = getattr(row, "updated_at", None) or row.created_at
    return moment


def active_rows() -> list[Owner]:
    """Of all hosts."""
    return [
        Owner(kind, row)
        for kind in KINDS
        for row in kind.model.objects.filter(status__in=kind.active)
    ]


def rows_by_id(ids: Iterable[UUID]) -> dict[UUID, Owner]:
    """Whose these ids are; nobody's are not in the answer."""
    wanted = list(ids)
    found: dict[UUID, Owner] = {}
    for kind in KINDS:
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            found |= {row.id: Owner(kind, row) for row in kind.model.objects.filter(id__in=part)}
    return found


def stopping_without_force(owner: Owner) -> bool:
    """An engine that was asked, not forced, may finish its requests for as long as it likes."""
    row = owner.row
    return row.status == Status.STOPPING and row.force_requested_at is None
