"""The four roles, as groups that a migration makes; every other group is a team."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import transaction

LOCAL_OPERATOR = "local"


class Role(IntEnum):
    """Each role may do what those before it may."""

    NONE = 0
    VIEWER = 1
    DATA_SCIENTIST = 2
    OPERATOR = 3
    ADMIN = 4

    @property
    def group(self) -> str:
        return self.name.lower().replace("_", " ")


ROLE_GROUPS = {role.group: role for role in Role if role is not Role.NONE}


def role_of(user: User | AnonymousUser) -> Role:
    """The user's highest role, read once for each user object (so once a request)."""
    if not user.is_authenticated or not user.is_active:
        return Role.NONE
    if user.is_superuser:
        return Role.ADMIN
    return max((ROLE_GROUPS[name] for _id, name in _groups(user) if name in ROLE_GROUPS),
               default=Role.NONE)  # fmt: skip


def team_ids(user: User | AnonymousUser) -> frozenset[int]:
    """Ids of the teams the user is in."""
    if not user.is_authenticated:
        return frozenset()
    return frozenset(id for id, name in _groups(user) if name not in ROLE_GROUPS)


def _groups(user: Any) -> list[tuple[int, str]]:
    known: list[tuple[int, str]] | None = getattr(user, "_platform_groups", None)
    if known is None:
        known = list(user.groups.values_list("id", "name"))
        user._platform_groups = known
    return known


def teams_of(user: User) -> list[Group]:
    """Teams that the user may share with: an operator all, others their own."""
    teams = Group.objects.exclude(name__in=ROLE_GROUPS).order_by("name")
    return list(teams if role_of(user) >= Role.OPERATOR else teams.filter(id__in=team_ids(user)))


@transaction.atomic  # requests of the user meanwhile see the old role or the new one, never none
def role_set(user: User, role: Role) -> None:
    """Make `role` the only role of `user`; teams stay."""
    user.groups.remove(*Group.objects.filter(name__in=ROLE_GROUPS))
    if role is not Role.NONE:
        user.groups.add(Group.objects.get_or_create(name=role.group)[0])
    user.__dict__.pop("_platform_groups", None)


def local_operator() -> User:
    """Whom open mode and management commands act as; nobody can log in as it."""
    user = User.objects.filter(username=LOCAL_OPERATOR).first()
    return user or _local_operator_made()


@transaction.atomic  # of many first requests at once, none may see it without its role
def _local_operator_made() -> User:
    user, made = User.objects.get_or_create(username=LOCAL_OPERATOR)
    if made:
        user.set_unusable_password()
        user.save()
        role_set(user, Role.OPERATOR)
    return user
