"""What may stand between a cue and its value, and how far a value reaches that is cut in groups."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition.document import Document

JOIN = (
    r"[ .\"'\[(<【（「*|]{0,3}(?:号码|号|码|字号|字號|id|n[°ºo]\.?|nr(?:\.|(?![0-9A-Za-z]))|n[uú]m[eé]ro|numero|number|num\.?|card|#|账号|帐号|name|key)?[ \"'\])）】*]{0,3}"
    r"(?:[:=]|->|=>|[\u4e00-\u9fff]{1,4}[:=]|是|为|叫|就是|已?(?:变更|更换|换|改|变)(?:成|为)了?|,|(?:is now|is|was|are|of|es|est|è|ist|lautet)(?![0-9A-Za-z]))?"
    r"[ \"'\[(<`「:=#|]{0,4}(?:is |是)?[\"'`]?"
)
JOINED = re.compile(JOIN, re.IGNORECASE)
_GROUP = re.compile(r"[0-9A-Za-z&]{1,20}")
_BETWEEN = re.compile(r"(?: ?[./+-] ?| |, ?(?=[0-9]{3}[ ,])| ?\()?")
_MOST = 9


def value_ends(text: str, place: int) -> list[int]:
    """Where a value at `place` may end: group by group, the longest first, each with a digit in it.

    Groups of letters alone end it, but for a head or a tail of at most four (AB 12 34 56 C).
    """
    ends: list[int] = []
    at = place
    for number in range(_MOST):
        group = _GROUP.match(text, at)
        if group is None or not _belongs(group[0], number, ends):
            break
        at = group.end()
        if text[at : at + 1] == ")" and "(" in text[place:at]:
            at += 1
        if not (text[at : at + 1].isascii() and text[at : at + 1].isalnum()):
            ends.append(at)
        between = _BETWEEN.match(text, at)
        if between is None or between.end() == at:
            break
        at = between.end()
    while ends and not any(one.isdigit() for one in text[place : ends[0]]):
        ends.pop(0)
    ends.reverse()
    return ends


def _belongs(group: str, number: int, ends: list[int]) -> bool:
    if any(one.isdigit() for one in group):
        return True
    return (
        group.isupper() and len(group) <= 4 if number == 0 else group.isupper() and len(group) == 1
    )


def value_starts(document: Document, kind: str, join: re.Pattern[str]) -> Iterator[int]:
    """Where values of the kind may begin: behind each cue, and at the start of a field of it."""
    if kind not in document.cues and document.field_kind != kind:
        return
    seen = set()
    for _start, end in document.cues.of(kind):
        if document.cues.before(end, 0) not in (kind, None):
            continue  # inside a longer word that says something else: 发生于, not 生于
        joined = join.match(document.text, end)
        place = joined.end() if joined else end
        if place not in seen:
            seen.add(place)
            yield place
    if document.field_kind == kind and 0 not in seen:
        yield 0
