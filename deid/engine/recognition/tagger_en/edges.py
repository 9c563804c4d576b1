"""Where a find begins and ends: without titles and signs that are no part of it."""

from __future__ import annotations

import re

from deid.engine.recognition import types as t

_FRONT, _BACK = " \n\t,;:)]}-–—.'\"“”‘’*|/>", " \n\t,;:([{-–—'\"“”‘’*|/<@#"
_TITLES = (
    r"(?:mrs|mr|ms|miss|mx|dr|prof|professor|doctor|sir|madam|lady|lord|rev|captain|sergeant|judge|"
    r"president|senator)\b\.?"
)
_TITLE = re.compile(_TITLES + r"\s{1,3}(?=\w)", re.IGNORECASE)
_TITLE_ALONE = re.compile(_TITLES, re.IGNORECASE)
_SHORT_END = re.compile(r"(?:^|[\s.])(?:[^\W\d_]|[JjSs]r)\.$")


def trimmed(text: str, start: int, end: int, kind: str) -> tuple[int, int]:
    """Without titles, and without signs at its edges that are no part of it."""
    while start < end and text[start] in _FRONT:
        start += 1
    if kind == t.PERSON:
        while title := _TITLE.match(text, start, end):
            start = title.end()
    while end > start and text[end - 1] in _BACK:
        end -= 1
    ends_sentence = kind == t.PERSON and text[end - 1 : end] in (".", "!", "?")
    if ends_sentence and not _SHORT_END.search(text, max(start, end - 5), end):
        end -= 1
    return start, end


def is_any(value: str, kind: str) -> bool:
    """Whether what is left can be of the kind: more than a title; of an address two words."""
    letters = sum(map(str.isalpha, value))
    if kind == t.PERSON and _TITLE_ALONE.fullmatch(value):
        return False
    if kind == t.ADDRESS:
        return letters > 1 and len(value.split()) > 1
    return letters > 1
