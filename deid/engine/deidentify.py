"""From texts to texts without personal data, under a policy and its keys."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date

from deid.engine.finding import find
from deid.engine.policy import Policy
from deid.engine.recognition.types import Span
from deid.engine.replacement.apply import Replacer, Result
from deid.engine.replacement.operators import Keys, Operators, Polish

# A seed's answers depend on no clock: ages are counted to the day of the reference's policy.
SEED_DAY = date(2025, 10, 1)


def keys_for(seed: int | str | None, named: bytes = b"") -> Keys:
    """Without a seed a key of this call alone; with one the same in every process."""
    if seed is None:
        return Keys(secrets.token_bytes(32), named)
    call = hashlib.sha256(f"llm-platform deid seed|{seed}".encode()).digest()
    return Keys(call, named, SEED_DAY)


def deidentify(
    policy: Policy,
    texts: Sequence[str],
    keys: Keys,
    *,
    fields: Sequence[str] | None = None,
    spans: Sequence[Sequence[Span]] | None = None,
    groups: Sequence[int] | None = None,
    polish: Polish | None = None,
) -> Result:
    """What the policy makes of the texts; they are of one call, so one original has one stand-in.

    Texts of one group are parts of one: see `Replacer`.

    `polish` fits what is written to its surroundings, where some signs mean something.
    """
    found = spans if spans is not None else find(policy, texts, fields=fields)
    return Replacer(Operators(policy, keys, polish)).run(texts, found, groups)
