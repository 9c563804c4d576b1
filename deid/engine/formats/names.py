"""Names of fields are texts like others, but those in which nothing stands are left alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from deid.engine.recognition.types import Span
from deid.engine.replacement.apply import automaton_of

_TELLING = 5  # characters of an original that no other word has by chance


def to_replace(
    texts: Sequence[str], spans: Sequence[Sequence[Span]], names: Collection[int]
) -> list[int]:
    """Which texts are to be written anew: all values, and names in which an original stands.

    An original of a value may be part of a name by chance: 李 of 行李, An of Answer.
    """
    if not names:
        return list(range(len(texts)))
    originals = automaton_of(
        text[span.start : span.end]
        for text, own in zip(texts, spans, strict=True)
        for span in own
    )  # fmt: skip
    return [
        number
        for number, text in enumerate(texts)
        if number not in names or spans[number] or _holds(text, originals)
    ]


def _holds(name: str, originals: Any) -> bool:
    if originals is None:
        return False
    return any(_is_word(name, last + 1 - len(one), last + 1) for last, one in originals.iter(name))


def _is_word(name: str, start: int, end: int) -> bool:
    size = end - start
    if size >= _TELLING or (size > 1 and not name[start:end].isascii()):
        return True
    return not (name[:start][-1:].isalnum() or name[end : end + 1].isalnum())
