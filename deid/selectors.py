"""Reads of policies."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

import yaml
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.ownership import visible
from core.errors import Invalid, NotFound
from core.identifiers import as_uuid
from deid.engine.policy import Policy, PolicyError, parse
from deid.engine.recognition.besides import Besides
from deid.messages import invalid
from deid.models import DEFAULT_POLICY, DeidPolicy, PolicyVersion
from deid.recognizers import besides


def policy_list(actor: Actor) -> QuerySet[DeidPolicy]:
    """Policies that the actor sees, the built-in one first, with their versions."""
    policies = visible(DeidPolicy.objects.select_related("owner", "team"), actor.user)
    versions = PolicyVersion.objects.select_related("approved_by")
    return policies.prefetch_related(Prefetch("versions", queryset=versions))


def policy_get(actor: Actor, slug: str) -> DeidPolicy:
    """One policy that the actor sees. Raises NotFound."""
    found = policy_list(actor).filter(slug=slug).first()
    if found is None:
        raise NotFound(_("There is no such policy"))
    return found


def policy_by_id(actor: Actor, policy_id: object) -> DeidPolicy:
    """The same by its own id, for pages. Raises NotFound."""
    found = policy_list(actor).filter(pk=as_uuid(policy_id)).first()
    if found is None:
        raise NotFound(_("There is no such policy"))
    return found


def version_of(policy: DeidPolicy, name: str | None) -> PolicyVersion:
    """The version of that name, the newest without one. Raises Invalid."""
    if not name:
        return policy.latest
    for version in policy.versions.all():
        if version.name == name:
            return version
    raise Invalid(
        _("policy_version: %(policy)s has no version %(name)s; the newest is %(newest)s")
        % {"policy": policy.slug, "name": name[:64], "newest": policy.latest.name},
        field="policy_version",
    )


def version_for(actor: Actor, slug: str | None, name: str | None = None) -> PolicyVersion:
    """What a call asks for by policy_id and version. Raises Invalid that names them."""
    chosen = slug or DEFAULT_POLICY
    versions = PolicyVersion.objects.select_related("policy").filter(policy__slug=chosen)
    found = visible(versions, actor.user, "policy__").order_by("-number")
    version = (found.filter(name=name) if name else found).first()
    if version is not None:
        return version
    if name and found.exists():
        return version_of(policy_get(actor, chosen), name)
    raise Invalid(
        _("policy_id: there is no policy %(name)s") % {"name": chosen[:100]}, field="policy_id"
    )


def content_of(version: PolicyVersion) -> Policy:
    """The version's content, checked. Versions never change, so each is parsed once.

    Raises Invalid where it names a recogniser that the operator's file no longer has.
    """
    try:
        return _parsed(_Version(version.pk, version.created_at, version.content), besides())
    except PolicyError as error:
        raise invalid(error) from error


class _Version:
    """What a version is remembered by; its content is not compared."""

    def __init__(self, pk: int, made: datetime, content: dict[str, Any]) -> None:
        self.key = (pk, made)
        self.content = content

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Version) and self.key == other.key


@lru_cache(maxsize=64)
def _parsed(version: _Version, own: Besides) -> Policy:
    return parse(version.content, own.offers)


def policy_yaml(version: PolicyVersion) -> str:
    """The version's content as YAML, for export and for editing."""
    return str(yaml.safe_dump(version.content, allow_unicode=True, sort_keys=False, width=100))
