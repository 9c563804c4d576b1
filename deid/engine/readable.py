"""What of the platform's own finds can still be read once a policy has done its work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deid.engine.policy import MASK, Policy
from deid.engine.recognition.types import Span
from deid.engine.replacement.apply import Result

HIDDEN = 1 / 3  # of a masked original at least: 138****5678 is hidden, 1380013567* is not


def left_readable(
    policy: Policy, own: Sequence[Sequence[Span]], result: Result | None = None
) -> int:
    """How many of `own`, the platform's finds in each text, the result leaves in whole or part.

    Without a result nothing was replaced. Whoever wrote the policy has no say in this: what it
    keeps, allows, overlooks, or masks by a character or two, counts as left.
    """
    covered: dict[int, set[int]] = {}
    for entity in result.entities if result else ():
        if _is_hidden(policy, result.mapping if result else {}, entity.type, entity.original):
            covered.setdefault(entity.text_index, set()).update(range(entity.start, entity.end))
    return sum(
        not covered.get(number, set()).issuperset(range(span.start, span.end))
        for number, spans in enumerate(own)
        for span in spans
    )


def _is_hidden(policy: Policy, mapping: Mapping[str, str], kind: str, original: str) -> bool:
    written = mapping[original]
    if policy.rule(kind).operator != MASK:
        return written != original
    shown = sum(a == b for a, b in zip(original, written, strict=False))
    return len(original) - shown >= len(original) * HIDDEN
