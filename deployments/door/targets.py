"""Which engines answer to a model's name, and which of them is least busy."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.auth.models import User

from core.accounts.actor import Actor
from core.accounts.ownership import visible
from deployments.adapters import addresses_of, url_at
from deployments.choices import AdapterState, DeploymentStatus
from deployments.models import Deployment
from deployments.rules.model_paths import absolute
from deployments.run.engine_key import authorization

in_flight: Counter[UUID] = Counter()  # requests of this process at each engine


@dataclass(frozen=True)
class Target:
    """An engine, and the name by which it knows the model."""

    deployment: UUID
    url: str
    engine_name: str
    headers: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """They hold the engine's key."""
    load: float = 0.0

    @property
    def busy(self) -> float:
        """Ours at this moment, or what the engine last said of itself if that is more."""
        return max(float(in_flight[self.deployment]), self.load)


@dataclass(frozen=True)
class Served:
    """A deployment with the names it answers to: platform name -> the engine's name.

    `url`: where its engine is, None where its host has told nobody its address.
    """

    deployment: Deployment
    names: dict[str, str]
    url: str | None

    def target(self, name: str) -> Target | None:
        row = self.deployment
        load = float(row.load.get("running", 0)) + float(row.load.get("waiting", 0))
        if self.url is None:
            return None
        return Target(row.id, self.url, self.names[name], authorization(row), load)


def served(actor: Actor) -> list[Served]:
    """Healthy deployments that the actor sees, oldest first."""
    rows = visible(
        Deployment.objects.filter(status=DeploymentStatus.RUNNING, health_ok=True), actor.user
    )
    rows = rows.select_related("owner").prefetch_related("adapters").order_by("created_at", "id")
    found = served_of([row for row in rows if row.is_ready])
    for name in _ambiguous(found):
        for one in found:
            if one.names.get(name) != name:
                one.names.pop(name, None)
    return found


def served_of(rows: Iterable[Deployment]) -> list[Served]:
    """All that the database knows of them, so that nobody need ask it in the event loop."""
    rows = list(rows)
    addresses = addresses_of({row.host for row in rows})
    return [Served(row, names_of(row), url_at(addresses[row.host], row)) for row in rows]


def _ambiguous(found: list[Served]) -> set[str]:
    """Short names that stand for different models: `final` of two runs is no name."""
    meant: dict[str, set[str]] = {}
    for one in found:
        for name, engine_name in one.names.items():
            meant.setdefault(name, set()).add(engine_name)
    return {name for name, models in meant.items() if len(models) > 1}


def names_of(row: Deployment) -> dict[str, str]:
    """The engine's own names, its adapters', and the last part of a path for short."""
    names: dict[str, str] = {}
    for name in row.served_names:
        names[name] = name
    for adapter in row.adapters.all():
        if adapter.state == AdapterState.ATTACHED:
            names[adapter.name] = adapter.name
    if row.served_names:
        if row.served_names[0] == str(absolute(row.model_path)):
            names.setdefault(row.model_path, row.served_names[0])  # as it was asked for
        short = row.served_names[0].rstrip("/").rpartition("/")[2]
        if short:
            names.setdefault(short, row.served_names[0])
    return names


def targets_of(found: Iterable[Served], name: str, user: User) -> list[Target]:
    """Reachable engines of one owner that serve `name`, the least busy first; ties by chance.

    One's own go before others', then the oldest: nobody draws a name's requests to an engine of
    theirs by launching one of the same name.
    """
    serving = [one for one in found if name in one.names]
    owners = [one.deployment.owner_id for one in serving]
    owner = user.pk if user.pk in owners else next(iter(owners), None)
    chosen = [one.target(name) for one in serving if one.deployment.owner_id == owner]
    targets = [target for target in chosen if target is not None]
    random.shuffle(targets)
    return sorted(targets, key=lambda target: target.busy)
