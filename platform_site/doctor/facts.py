"""What a check looks at, gathered once: active rows, living processes, the Docker engine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from core.execution.container import ContainerExecutor
from core.execution.docker import DockerExecutor
from core.execution.docker_facts import DockerFacts, docker_facts
from core.execution.models import Host, Lease
from core.execution.process_table import ProcessFact, process_table, wrapped_folder
from platform_site.doctor.rows import Owner, active_rows, rows_by_id

UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
IN_CONTAINERS = {DockerExecutor.name, ContainerExecutor.name}


@dataclass(frozen=True)
class Program:
    """A living process, and the row whose id it bears where there is one."""

    pid: int
    key: str
    """Of the row's attempt; of a wrapper: its folder."""
    id: UUID
    is_wrapper: bool
    owner: Owner | None


class Facts:
    """Each part is looked at when it is first asked for, and then not again."""

    def __init__(self) -> None:
        self.now: datetime = timezone.now()
        self.here = str(settings.PLATFORM_HOST)

    @cached_property
    def programs(self) -> list[Program]:
        """Of this platform, on this host; another platform's are left out."""
        named = [(fact, id) for fact in self._table if (id := _id_of(fact)) is not None]
        known = rows_by_id({id for _fact, id in named})
        return [
            Program(fact.pid, fact.key or fact.run_dir, id, bool(fact.run_dir), known.get(id))
            for fact, id in named
            if id in known or self._is_ours(fact)
        ]

    def _is_ours(self, fact: ProcessFact) -> bool:
        """Whether it runs, or writes, in a folder of ours, or in our training container."""
        return fact.pid in self._inside or any(map(is_below_ours, fact.places))

    @property
    def _inside(self) -> dict[int, str]:
        return self.docker.inside if self.docker else {}

    @cached_property
    def _table(self) -> list[ProcessFact]:
        """Of this pid namespace, and what the training container has beside."""
        table = process_table()
        pids = {fact.pid for fact in table}
        unseen = [
            ProcessFact(pid, "", wrapped_folder(line.split()), tuple(line.split()))
            for pid, line in self._inside.items()
            if pid not in pids and UUID_TEXT.search(line)
        ]
        return table + unseen

    @cached_property
    def rows(self) -> list[Owner]:
        """Every active row."""
        return active_rows()

    @property
    def mine(self) -> list[Owner]:
        """Active rows that this host looks after."""
        return [owner for owner in self.rows if owner.is_here]

    @cached_property
    def hosts(self) -> dict[str, Host]:
        return {host.name: host for host in Host.objects.all()}

    @cached_property
    def leases(self) -> list[Lease]:
        return list(Lease.objects.all())

    @property
    def docker_is_needed(self) -> bool:
        chosen = settings.TRAINING_EXECUTOR == "docker" or settings.DEPLOY_LAUNCHER == "container"
        return chosen or any(owner.row.executor in IN_CONTAINERS for owner in self.mine)

    @cached_property
    def docker(self) -> DockerFacts | None:
        """None where neither settings nor rows have to do with it."""
        if settings.TRAINING_EXECUTOR == "auto" or self.docker_is_needed:
            return docker_facts()
        return None


def _roots() -> list[str]:
    """Folders below which run folders and logs of ours lie."""
    return [
        str(Path(settings.HOST_TRAINING_DIR) / "runs"),
        str(settings.DEPLOY_LOG_DIR),
        str(Path(settings.LLM_APP_STORAGE) / "jobs"),
    ]


def _id_of(fact: ProcessFact) -> UUID | None:
    """The id in its mark or folder: the last one, since folders above may bear ids of others."""
    for text in (fact.key, fact.run_dir, *fact.places):
        if found := UUID_TEXT.findall(text):
            return UUID(found[-1])
    return None


def is_below_ours(place: str) -> bool:
    return any(place == root or place.startswith(f"{root}/") for root in _roots())
