"""The people of a load: their roles, teams, tokens and sessions; nobody can log in as them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session

from core.accounts.models import ApiToken
from core.accounts.ownership import Visibility
from core.accounts.roles import Role
from platform_site.load.insert import insert
from platform_site.load.sizes import DAYS

PREFIX = "load-"
ROLES = {Role.VIEWER: 30, Role.DATA_SCIENTIST: 64, Role.OPERATOR: 5, Role.ADMIN: 1}
VISIBILITIES = {Visibility.PRIVATE: 55, Visibility.TEAM: 30, Visibility.EVERYONE: 15}
PEOPLE_A_TEAM = 15


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    role: Role
    teams: tuple[int, ...]


class Chance:
    """Seeded draws that all kinds of rows share."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.random, self.now = Random(seed), now  # noqa: S311 # nosec B311

    def uuid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def moment(self, days: float = DAYS) -> datetime:
        return self.now - timedelta(seconds=self.random.random() * days * 86400)

    def of(self, weights: dict[Any, int]) -> Any:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def few(self, count: int) -> int:
        """An index below `count`; the first ones come far more often, as some people do most."""
        return int(count * self.random.random() ** 3)

    def ownership(self, people: list[Person]) -> dict[str, Any]:
        """An owner who makes things, and who else sees it."""
        owner = people[self.few(len(people))]
        visibility = self.of(VISIBILITIES)
        if visibility == Visibility.TEAM and not owner.teams:
            visibility = Visibility.PRIVATE
        team = self.random.choice(owner.teams) if visibility == Visibility.TEAM else None
        return {"owner_id": owner.id, "visibility": visibility, "team_id": team}


def people_make(chance: Chance, count: int) -> list[Person]:
    teams = [
        Group.objects.get_or_create(name=f"{PREFIX}team-{number:02}")[0].pk
        for number in range(max(2, count // PEOPLE_A_TEAM))
    ]
    names = [f"{PREFIX}{number:04}" for number in range(count)]
    password = make_password(None)
    joined = {"date_joined": chance.now, "is_active": True, "password": password}
    insert(User, ({**joined, "username": name} for name in names))
    ids = dict(User.objects.filter(username__in=names).values_list("username", "id"))
    people = [
        Person(ids[name], name, chance.of(ROLES), tuple(chance.random.sample(teams, 2)))
        for name in names
    ]
    _join(people)
    insert(ApiToken, _tokens(chance, people))
    insert(Session, _sessions(chance, count * 10))
    return people


def _join(people: list[Person]) -> None:
    roles = {role: Group.objects.get_or_create(name=role.group)[0].pk for role in ROLES}
    membership = User.groups.through
    insert(
        membership,
        (
            {"user_id": person.id, "group_id": group}
            for person in people
            for group in (roles[person.role], *person.teams)
        ),
    )


def _tokens(chance: Chance, people: list[Person]) -> Iterator[dict[str, Any]]:
    for person in people:
        text = chance.uuid().hex
        yield {
            "id": chance.uuid(), "user_id": person.id, "name": "load", "prefix": text[:8],
            "digest": hashlib.sha256(text.encode()).hexdigest(), "scopes": ["read"],
            "created": chance.moment(),
        }  # fmt: skip


def _sessions(chance: Chance, count: int) -> Iterator[dict[str, Any]]:
    """Most of them are over; they hold nobody's log-in."""
    for _number in range(count):
        yield {
            "session_key": chance.uuid().hex, "session_data": "",
            "expire_date": chance.moment() + timedelta(days=30),
        }  # fmt: skip
