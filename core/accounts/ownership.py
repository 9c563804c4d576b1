"""Ownership and visibility of objects: the fields, the rule as a query and as a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group, User
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts import audit
from core.accounts.actor import Actor
from core.accounts.roles import Role, role_of, team_ids
from core.errors import Invalid
from core.prepared import Prepared


class Visibility(models.TextChoices):
    PRIVATE = "private", _("Only the owner")
    TEAM = "team", _("The team")
    EVERYONE = "everyone", _("Everyone")


def default_visibility() -> str:
    return str(settings.DEFAULT_VISIBILITY)


class Owned(models.Model):
    """An object with an owner. Without one (from before accounts) only operators see it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    visibility = models.CharField(
        _("visible to"), max_length=16, choices=Visibility, default=default_visibility
    )
    team = models.ForeignKey(
        Group, verbose_name=_("team"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip

    class Meta:
        abstract = True


O = TypeVar("O", bound=models.Model)  # noqa: E741 - a type variable


def visible(queryset: QuerySet[O], user: User | AnonymousUser, path: str = "") -> QuerySet[O]:
    """Those that `user` may see; `path` leads from the model to its owned object (`dataset__`)."""
    if role_of(user) >= Role.OPERATOR:
        return queryset
    if role_of(user) == Role.NONE:
        return queryset.none()
    return queryset.filter(seen_by(user.pk, *team_ids(user), path=path))


def seen_by(user_id: int | None, *teams: int, path: str = "") -> Q:
    """The rule for somebody with a role below operator."""
    seen = Q(**{f"{path}owner": user_id}) | Q(**{f"{path}visibility": Visibility.EVERYONE})
    if teams:
        seen |= Q(**{f"{path}visibility": Visibility.TEAM, f"{path}team__in": teams})
    return seen


def may_see(user: User | AnonymousUser, obj: Any) -> bool:
    """The same rule for one object."""
    role = role_of(user)
    if role >= Role.OPERATOR:
        return True
    return role >= Role.VIEWER and (
        obj.owner_id == user.pk or obj.visibility == Visibility.EVERYONE or is_team_mate(user, obj)
    )


@dataclass(frozen=True)
class Sight:
    """What somebody may see, without who they are: the same for all who see the same."""

    everything: bool = False
    user_id: int | None = None
    teams: tuple[int, ...] = ()

    def covers(self, owner_id: int | None, visibility: str, team_id: int | None) -> bool:
        """The rule of `seen_by` for the owner, visibility and team of one row."""
        return (
            self.everything
            or visibility == Visibility.EVERYONE
            or (owner_id is not None and owner_id == self.user_id)
            or (visibility == Visibility.TEAM and team_id in self.teams)
        )


def sight_of(actor: Actor) -> Sight:
    if actor.sees_all:
        return Sight(everything=True)
    return Sight(False, actor.user.pk, tuple(sorted(team_ids(actor.user))))


def is_team_mate(user: User | AnonymousUser, obj: Any) -> bool:
    return bool(obj.visibility == Visibility.TEAM and obj.team_id in team_ids(user))


class PreparedVisible(Generic[O]):
    """`make` prepared, and narrowed to what somebody may see."""

    def __init__(self, make: Callable[[], QuerySet[O, Any]]) -> None:
        self._all: Prepared[O] = Prepared(make)
        self._seen: Prepared[O] = Prepared(
            lambda user, *teams: make().filter(seen_by(user, *teams))
        )

    def objects(self, actor: Actor) -> list[O]:
        if actor.role == Role.NONE:
            return []
        return self._all.objects() if actor.sees_all else self._seen.objects(*_who(actor))

    def rows(self, actor: Actor) -> list[Any]:
        """Tuples of a `values_list` queryset."""
        if actor.role == Role.NONE:
            return []
        return self._all.rows() if actor.sees_all else self._seen.rows(*_who(actor))


def _who(actor: Actor) -> list[int]:
    return [actor.user.pk, *sorted(team_ids(actor.user))]


def seen(actor: Actor, found: O | None) -> O | None:
    """`found` if the actor may see it; one that is hidden is noted as an attempt."""
    if found is None or may_see(actor.user, found):
        return found
    audit.refused(actor, f"see {found._meta.model_name}", found)
    return None


def find_visible(queryset: QuerySet[O], actor: Actor, path: str = "") -> O | None:
    """The first of `queryset` that the actor sees; one that is hidden is noted as an attempt."""
    found = visible(queryset, actor.user, path).first()
    if found is None and not actor.sees_all:
        hidden = queryset.first()
        if hidden is not None:
            audit.refused(actor, f"see {hidden._meta.model_name}", hidden)
    return found


def sharing_set(*, actor: Actor, obj: Any, visibility: str, team: str | None = None) -> None:
    """Change who sees `obj`. Raises Forbidden, Invalid naming `visibility` or `team`."""
    actor.require(f"{obj._meta.app_label}.share_{obj._meta.model_name}", obj)
    if visibility not in Visibility.values:
        raise Invalid(
            gettext("Must be one of %(allowed)s") % {"allowed": ", ".join(Visibility.values)},
            field="visibility",
        )
    group = _team(actor, team, required=visibility == Visibility.TEAM)
    before = {"visibility": obj.visibility, "team": obj.team.name if obj.team else None}
    after = {"visibility": visibility, "team": group.name if group else None}
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    with transaction.atomic():
        obj.visibility, obj.team = visibility, group
        obj.save(update_fields=["visibility", "team"])
        audit.record(actor, f"{obj._meta.model_name}.share", obj, changes=changes)


def _team(actor: Actor, name: str | None, *, required: bool) -> Group | None:
    from core.accounts.roles import teams_of

    if not required:
        return None
    teams = {team.name: team for team in teams_of(actor.user)}
    if not name or name not in teams:
        raise Invalid(
            gettext("Must be one of your teams: %(teams)s") % {"teams": ", ".join(teams) or "–"},
            field="team",
        )
    return teams[name]
