"""A row of a file: the texts in it, and the row again with others in their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Places = Sequence[Sequence[tuple[int, int, str]]]
Seal = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Row:
    """`write` makes the row of as many texts as `texts` has. `broken`: not what it should be.

    `names` are the indices of texts that name others, such as keys of JSON. The last `hints` texts
    stand in the row once already: they are read besides, for what their fields tell.
    """

    texts: list[str]
    fields: list[str]
    write: Callable[[Sequence[str]], str]
    seal: Callable[[Places, Seal], str]
    """The row with places of each text sealed as they are written, to be opened byte for byte."""
    lines: int = 1
    broken: bool = False
    names: frozenset[int] = frozenset()
    hints: int = 0


def sealed_text(text: str, places: Sequence[tuple[int, int, str]], seal: Seal) -> str:
    """The text with (start, end, kind) sealed in it."""
    parts, at = [], 0
    for start, end, kind in places:
        parts += [text[at:start], seal(kind, text[start:end])]
        at = end
    return "".join([*parts, text[at:]])
