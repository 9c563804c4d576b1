"""Writes of policies, and the de-identification of texts that a caller sends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict, Invalid, NotFound, TooLarge
from deid import keys, selectors
from deid.engine.deidentify import keys_for
from deid.engine.finding import find
from deid.engine.formats.texts import FormatError, Outcome, run
from deid.engine.policy import Policy, PolicyError, parse
from deid.engine.replacement.tokens import WrongKey, restore
from deid.messages import invalid
from deid.models import DeidPolicy, PolicyVersion, VaultEntry
from deid.recognizers import besides
from deid.signals import approval_withdrawn


def policy_create(
    *, actor: Actor, slug: str, content: dict[str, Any], title: str = "", description: str = "",
    note: str = "",
) -> DeidPolicy:  # fmt: skip
    """A policy with its first version; its key is made if it names a new one.

    Raises Forbidden, Invalid, Conflict.
    """
    actor.require("deid.add_deidpolicy")
    with transaction.atomic():
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


def policy_edit(
    *, actor: Actor, policy: DeidPolicy, content: dict[str, Any], note: str = ""
) -> PolicyVersion:
    """Another version of the policy; the newest one again where nothing differs."""
    actor.require("deid.change_deidpolicy", policy)
    with transaction.atomic():
        if policy.built_in:
            raise Conflict(_("The built-in policy does not change: copy it to make your own"))
        content_check(content)
        latest = _locked_latest(policy)
        if latest.content == content:
            return latest
        version = _version_add(actor, policy, content, note)
        policy.save(update_fields=["updated_at"])
        return version


def _locked_latest(policy: DeidPolicy) -> PolicyVersion:
    """The newest version from the database, whatever was prefetched; nobody adds one meanwhile."""
    if not DeidPolicy.objects.select_for_update().filter(pk=policy.pk).exists():
        raise NotFound(_("There is no such policy"))
    return PolicyVersion.objects.filter(policy=policy).latest("number")


def approval_set(*, actor: Actor, version: PolicyVersion, approved: bool) -> PolicyVersion:
    """Say whether what this version calls clean, or leaves, may pass the gate before training.

    Of this version alone: an edit makes another, which nobody has approved. Twice is once.
    """
    actor.require("deid.approve_policy", version.policy)
    with transaction.atomic():
        if version.policy.built_in:
            raise Conflict(_("The built-in policy is approved as it comes"))
        locked = PolicyVersion.objects.select_for_update().filter(pk=version.pk).first()
        if locked is None:
            raise NotFound(_("There is no such policy"))
        if locked.is_approved != approved:
            before, after = (None, version.name) if approved else (version.name, None)
            locked.approved_at = timezone.now() if approved else None
            locked.approved_by = actor.user if approved else None
            locked.save(update_fields=["approved_at", "approved_by"])
            changes = {"approved": [before, after]}
            audit.record(actor, "policy.approve", version.policy, changes=changes)
            if not approved:
                approval_withdrawn.send(PolicyVersion, version=locked)
        return locked


def policy_delete(*, actor: Actor, policy: DeidPolicy) -> None:
    """Delete a policy that nothing remembers. Raises Conflict where something does."""
    actor.require("deid.delete_deidpolicy", policy)
    with transaction.atomic():
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
    actor.require("deid.change_deidpolicy", policy)
    with transaction.atomic():
        content = _with_words(_locked_latest(policy).content, allow, deny)
        return policy_edit(actor=actor, policy=policy, content=content, note=_("Corrected words"))


def _with_words(
    before: dict[str, Any], allow: Sequence[str], deny: Sequence[dict[str, str]]
) -> dict[str, Any]:
    content = dict(before)
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
    return content


def content_check(content: dict[str, Any]) -> Policy:
    """The content parsed. Raises Invalid that names the field."""
    try:
        return parse(content, besides().offers)
    except PolicyError as error:
        raise invalid(error) from error


def _version_add(
    actor: Actor, policy: DeidPolicy, content: dict[str, Any], note: str
) -> PolicyVersion:
    parsed = content_check(content)
    if parsed.key:
        _check_key(actor, parsed.key)
        keys.key_make(parsed.key)
    newest = PolicyVersion.objects.filter(policy=policy).aggregate(Max("number"))["number__max"]
    number = (newest or 0) + 1
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
    locale: str | None = None, seed: int | str | None = None, consistent: bool = False,
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
    try:
        return run(
            policy, texts, keys_for(seed, named), format=format, locale=locale,
            consistent=consistent,
            finder=partial(find, besides=besides()),
        )  # fmt: skip
    except FormatError as error:
        raise Invalid(
            _("text[%(index)s] is not %(format)s: line %(line)s")
            % {"index": error.index, "format": format, "line": error.line},
            field="text",
        ) from error


def vault_forget(sources: Iterable[UUID]) -> int:
    """Remove what the vault holds of these files, which are being deleted; how many entries."""
    return int(VaultEntry.objects.filter(source__in=list(sources)).delete()[0])


def texts_test(actor: Actor, version: PolicyVersion, values: dict[str, Any]) -> Outcome:
    """The same of a checked request of the contract's shape."""
    options = values.get("options") or {}
    return texts_deidentify(
        actor=actor, version=version, texts=values["text"], format=options.get("format", "text"),
        locale=options.get("locale"), seed=options.get("seed"),
        consistent=options.get("consistent", False),
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
