"""Writes of policies, and the de-identification of texts that a caller sends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict, Invalid, TooLarge
from deid import keys, selectors
from deid.engine.deidentify import keys_for
from deid.engine.formats.texts import FormatError, Outcome, run
from deid.engine.policy import Policy, PolicyError, parse
from deid.engine.replacement.tokens import WrongKey, restore
from deid.messages import invalid
from deid.models import DeidPolicy, PolicyVersion


@transaction.atomic
def policy_create(
    *, actor: Actor, slug: str, content: dict[str, Any], title: str = "", description: str = "",
    note: str = "",
) -> DeidPolicy:  # fmt: skip
    """A policy with its first version; its key is made if it names a new one.

    Raises Forbidden, Invalid, Conflict.
    """
    actor.require("deid.add_deidpolicy")
    content_check(content)
    try:
        with transaction.atomic():
            policy = DeidPolicy.objects.create(
                owner=actor.user, slug=slug, title=title, description=description
            )
    except IntegrityError as error:
        raise Conflict(
            _("policy_id: %(slug)s is taken") % {"slug": slug}, field="policy_id"
        ) from error
    audit.created(actor, "policy.create", policy, "slug", "title", "visibility")
    _version_add(actor, policy, content, note)
    return policy


@transaction.atomic
def policy_edit(
    *, actor: Actor, policy: DeidPolicy, content: dict[str, Any], note: str = ""
) -> PolicyVersion:
    """Another version of the policy; the newest one again where nothing differs."""
    actor.require("deid.change_deidpolicy", policy)
    if policy.built_in:
        raise Conflict(_("The built-in policy does not change: copy it to make your own"))
    content_check(content)
    DeidPolicy.objects.select_for_update().get(pk=policy.pk)
    latest = policy.versions.order_by("-number").first()
    if latest is not None and latest.content == content:
        return latest
    version = _version_add(actor, policy, content, note)
    policy.save(update_fields=["updated_at"])
    return version


@transaction.atomic
def policy_delete(*, actor: Actor, policy: DeidPolicy) -> None:
    """Delete a policy that nothing remembers. Raises Conflict where something does."""
    actor.require("deid.delete_deidpolicy", policy)
    if policy.built_in:
        raise Conflict(_("The built-in policy stays"))
    audit.record(actor, "policy.delete", policy)
    try:
        policy.delete()
    except IntegrityError as error:  # ProtectedError is one
        raise Conflict(_("Files were made with this policy; it stays")) from error


def words_add(
    *, actor: Actor, policy: DeidPolicy, allow: Sequence[str] = (),
    deny: Sequence[dict[str, str]] = (),
) -> PolicyVersion:  # fmt: skip
    """What a person corrected: words that are no personal data, and words that are."""
    content = dict(policy.latest.content)
    allowed = [*content.get("allow", []), *allow]
    denied = [*content.get("deny", []), *deny]
    words = {one if isinstance(one, str) else one.get("text", "") for one in deny}
    content["allow"] = list(dict.fromkeys(one for one in allowed if one not in words))
    content["deny"] = [
        one
        for number, one in enumerate(denied)
        if one not in denied[:number]
        and (one if isinstance(one, str) else one.get("text")) not in set(allow)
    ]
    return policy_edit(actor=actor, policy=policy, content=content, note=_("Corrected words"))


def content_check(content: dict[str, Any]) -> Policy:
    """The content parsed. Raises Invalid that names the field."""
    try:
        return parse(content)
    except PolicyError as error:
        raise invalid(error) from error


def _version_add(
    actor: Actor, policy: DeidPolicy, content: dict[str, Any], note: str
) -> PolicyVersion:
    parsed = parse(content)
    if parsed.key:
        _check_key(actor, parsed.key)
        keys.key_make(parsed.key)
    number = policy.versions.count() + 1
    version = PolicyVersion.objects.create(
        policy=policy, number=number, name=str(number), content=content, note=note[:200],
        created_by=actor.user,
    )  # fmt: skip
    audit.record(actor, "policy.version", policy, changes={"version": [None, version.name]})
    return version


def _check_key(actor: Actor, name: str) -> None:
    """A key opens what it sealed, so one that there is may be named by those whose it is only."""
    if actor.sees_all or not keys.key_known(name):
        return
    users = DeidPolicy.objects.filter(versions__content__key=name).distinct()
    if not any(actor.may("deid.change_deidpolicy", policy) for policy in users):
        raise Invalid(
            _("key: %(name)s belongs to policies of others; choose another name") % {"name": name},
            field="key",
        )


def texts_deidentify(
    *, actor: Actor, version: PolicyVersion, texts: Sequence[str], format: str = "text",
    locale: str | None = None, seed: int | str | None = None,
) -> Outcome:  # fmt: skip
    """De-identify texts of one call, in memory. Raises Invalid, TooLarge, Unavailable."""
    actor.require("deid.view_deidpolicy", version.policy)
    size = sum(map(len, texts))
    if size > settings.DEID_MAX_CHARACTERS:
        raise TooLarge(
            _("text: %(size)s characters are too many; at most %(limit)s a call")
            % {"size": size, "limit": settings.DEID_MAX_CHARACTERS},
            field="text",
        )
    policy = selectors.content_of(version)
    named = keys.key_read(policy.key) if policy.key else b""
    from deid.presidio import find_by_presidio  # late: a second to import, which only web needs

    try:
        return run(
            policy, texts, keys_for(seed, named), format=format, locale=locale,
            finder=find_by_presidio,
        )  # fmt: skip
    except FormatError as error:
        raise Invalid(
            _("text[%(index)s] is not %(format)s: line %(line)s")
            % {"index": error.index, "format": format, "line": error.line},
            field="text",
        ) from error


def texts_test(actor: Actor, version: PolicyVersion, values: dict[str, Any]) -> Outcome:
    """The same of a checked request of the contract's shape."""
    options = values.get("options") or {}
    return texts_deidentify(
        actor=actor, version=version, texts=values["text"], format=options.get("format", "text"),
        locale=options.get("locale"), seed=options.get("seed"),
    )  # fmt: skip


def texts_restore(*, actor: Actor, version: PolicyVersion, texts: Sequence[str]) -> list[str]:
    """Open the tokens that the policy's key sealed. Asked for by few, and written down."""
    actor.require("deid.open_vault")
    policy = selectors.content_of(version)
    if not policy.key:
        raise Invalid(_("policy_id: this policy has no key"), field="policy_id")
    key = keys.key_read(policy.key)
    audit.record(actor, "deid.restore", version.policy, changes={"texts": [None, len(texts)]})
    try:
        return [restore(key, text) for text in texts]
    except WrongKey as error:
        raise Invalid(_("text: a token was changed or cut"), field="text") from error
