"""What of the platform's own finds can still be read once a policy has done its work."""

from __future__ import annotations

from collections.abc import Sequence

from deid.engine.policy import DROP, ENCRYPT, HASH, KEEP, MASK, REPLACE, Policy
from deid.engine.recognition.types import Span
from deid.engine.replacement.apply import Entity, Result

HIDDEN = 1 / 3  # of a masked find at least: 138****5678 is hidden, 1380013567* is not
OF_NOTHING = frozenset({REPLACE, DROP, HASH, ENCRYPT})  # write nothing of what stood there


def left_readable(
    policy: Policy,
    texts: Sequence[str],
    own: Sequence[Sequence[Span]],
    result: Result | None = None,
) -> int:
    """How many of `own`, the platform's finds in each text, the result leaves in whole or part.

    Without a result nothing was replaced. Whoever wrote the policy has no say in this: what it
    keeps, allows, overlooks, takes for another type, or masks by a character, counts as left.
    """
    entities: list[list[Entity]] = [[] for _ in texts]
    for entity in result.entities if result else ():
        entities[entity.text_index].append(entity)
    return sum(
        not _is_hidden(policy, texts[number], span, entities[number])
        for number, spans in enumerate(own)
        for span in spans
    )


def _is_hidden(policy: Policy, text: str, find: Span, entities: Sequence[Entity]) -> bool:
    """Whether each character of the find is within a replacement that hides the find."""
    touched = shown = 0
    for one in entities:
        start, end = max(one.start, find.start), min(one.end, find.end)
        if start >= end:
            continue
        operator = policy.rule(one.type).operator
        if operator == MASK:
            shown += sum(_shows(one, place) for place in range(start, end))
        elif not _hides(operator, one, find, text[find.start : find.end]):
            return False
        touched += end - start
    size = find.end - find.start
    return touched == size and size - shown >= size * HIDDEN


def _shows(entity: Entity, place: int) -> bool:
    at = place - entity.start
    return entity.replacement[at : at + 1] == entity.original[at : at + 1]


def _hides(operator: str, entity: Entity, find: Span, original: str) -> bool:
    """A surrogate of another type may keep what it does not know: a name within a phone number."""
    if original in entity.replacement or operator == KEEP:
        return False
    return operator in OF_NOTHING or entity.type == find.type
