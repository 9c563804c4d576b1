"""Looks into the vault: from a replacement to its original and back. Each look is written down."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict, Invalid
from deid import keys
from deid.engine.job.work import digest
from deid.engine.replacement.tokens import WrongKey, restore
from deid.models import VaultEntry

LIMIT = 100


@dataclass(frozen=True)
class Found:
    """One pair, with the policy and the file it comes from."""

    type: str
    original: str
    replacement: str
    policy: str
    source: UUID


def vault_find(*, actor: Actor, text: str, reason: str) -> list[Found]:
    """Pairs of which `text` is the original or the replacement, exactly as written.

    Raises Forbidden, Invalid, Conflict. Found or not, it is in the audit trail, with the reason
    and never with the text.
    """
    actor.require("deid.open_vault")
    if not text.strip():
        raise Invalid(_("Say what to look for"), field="text")
    if not reason.strip():
        raise Invalid(_("Say why: the reason is written to the audit trail"), field="reason")
    if not keys.key_known(keys.VAULT):
        found: list[Found] = []
    else:
        found = _found(keys.key_read(keys.VAULT), text)
    changes = {"reason": [None, reason[:200]], "found": [None, len(found)]}
    audit.record(actor, "deid.vault", None, changes=changes)
    return found


def _found(key: bytes, text: str) -> list[Found]:
    wanted = bytes.fromhex(digest(key, text))
    rows = VaultEntry.objects.select_related("policy")
    entries = [
        *rows.filter(original_digest=wanted)[:LIMIT],
        *rows.filter(replacement_digest=wanted)[:LIMIT],
    ]
    return [_opened(key, entry) for entry in entries]


def _opened(key: bytes, entry: VaultEntry) -> Found:
    try:
        data = json.loads(restore(key, entry.sealed))
    except (WrongKey, ValueError) as error:
        raise Conflict(_("The vault's key does not open this entry")) from error
    return Found(
        data["type"], data["original"], data["replacement"], entry.policy.slug, entry.source
    )
