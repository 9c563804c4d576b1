"""Numbers of people: phones, identity and bank cards. A checksum decides, a cue raises or lowers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.accounts import bank, called_card
from deid.engine.recognition.checksums import has_id_shape, is_id_card, is_permanent_residence
from deid.engine.recognition.cues import OTHER
from deid.engine.recognition.document import Document
from deid.engine.recognition.national import unsure, written
from deid.engine.recognition.phones import EXTENSION, HOTLINE, abroad, phone, pieces, strokes
from deid.engine.recognition.types import Span

# Digits with one or two blanks, hyphens, dots or brackets between them. All repetition is bounded.
_RUN = re.compile(
    # The first character comes before what may not stand before it: so the search is for a set.
    r"[+(0-9](?<![0-9A-Za-z].)(?<![0-9][.].)(?:(?<=[+(])[+(]?[0-9]|(?<=[0-9]))"
    r"(?:[ .()-]{0,2}[0-9]){4,29}[Xx]?(?![0-9A-WYZa-wyz])"
)
_GLUED_RUN = re.compile(r"[0-9](?:[ .()-]{0,2}[0-9]){4,29}[Xx]?(?![0-9A-WYZa-wyz])")
_GROUP = re.compile(r"[+(]{0,2}[0-9]+[)Xx]?")
_MAX_GROUPS, _SHORTEST = 7, 6
_GLUED_MOBILE = re.compile(r"1(?<=[A-Za-z.:].)[3-9][0-9]{9}(?![0-9A-Za-z])")
_GLUE = ("tel", "phone", "mobile", "mob", "vx", "wx", "wechat", "fax", "cell", "ph")
_NO_DIGIT = re.compile(r"[^0-9Xx]")
_SSN = re.compile(r"(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}")
Found = tuple[str, float, str] | None


def numbers(document: Document) -> Iterator[Span]:
    """Spans of phone, identity card, bank card, SSN; each run of digits is read once."""
    for run in _RUN.finditer(document.text):
        yield from _read(document, run.start(), run.end())
    for end in document.cues.ends:
        if document.text[end : end + 1].isdecimal() and document.text[end - 1].isascii():
            glued = _GLUED_RUN.match(document.text, end)  # card6011…: no edge before it
            if glued is not None and document.text[end - 1].isalpha():
                yield from _read(document, end, glued.end())
    if "/" in document.text:
        yield from strokes(document)
    for match in _GLUED_MOBILE.finditer(document.text):
        before = document.lower[max(0, match.start() - 8) : match.start()]
        if before.endswith(_GLUE) or before[:-1].endswith(_GLUE):
            yield Span(match.start(), match.end(), t.PHONE, 0.85, "cue")


def _read(document: Document, start: int, end: int) -> Iterator[Span]:
    """What the run is; if nothing as a whole, what the longest of its parts are."""
    if HOTLINE.fullmatch(document.text, start, end):
        return
    found = list(_parts(document, start, end))
    yield from found or _phones_abroad(document, start, end)


def _parts(document: Document, start: int, end: int) -> Iterator[Span]:
    groups = [match.span() for match in _GROUP.finditer(document.text, start, end)]
    first = 0
    while first < len(groups):
        begin = groups[first][0]
        for last in range(min(len(groups), first + _MAX_GROUPS) - 1, first - 1, -1):
            stop = groups[last][1]
            if stop - begin < _SHORTEST:
                break
            span = _whole(document, begin, stop)
            if span is not None:
                yield span
                first = last
                break
        first += 1


def _phones_abroad(document: Document, start: int, end: int) -> Iterator[Span]:
    if end - start < 7:
        return
    for begin, stop in pieces(document.text, start, end):
        if document.text.startswith("(", begin) and ")" not in document.text[begin:stop]:
            begin += 1  # the bracket is the sentence's
        cue = document.cue_before(begin)
        for span in (abroad(document, begin, stop, cue), unsure(document, begin, stop, cue)):
            if span is not None:
                yield _extended(document, span) if span.type == t.PHONE else span


def _extended(document: Document, span: Span) -> Span:
    extension = EXTENSION.match(document.text, span.end)
    end = extension.end() if extension else span.end
    return Span(span.start, end, span.type, span.score, span.reason, span.level)


def _whole(document: Document, start: int, end: int) -> Span | None:
    text = document.text[start:end]
    if text.count("(") > text.count(")"):  # the bracket is the sentence's
        start, text = start + 1, text[1:]
    digits = text if text.isdigit() else _NO_DIGIT.sub("", text)
    if len(digits) < _SHORTEST:
        return None
    cue = document.cue_before(start)
    if digits is not text:
        by_form = written(document, start, end, cue)
        if by_form is not None:
            return by_form
    found = (
        _identity(document, text, digits, cue, start)
        or called_card(document, text, digits, cue, start)
        or phone(document, text, cue, start)
        or bank(document, text, digits, cue, start)
    )
    if found is None:
        return None
    span = Span(start, end, *found)
    is_plain = span.type == t.PHONE and not text.startswith("1")
    return _extended(document, span) if is_plain else span


def _identity(document: Document, text: str, digits: str, cue: str | None, start: int) -> Found:
    if cue != t.ID_CARD and len(digits) not in (9, 15, 18):
        return None
    if len(digits) == 18 and digits[:17].isdigit() and _id_groups(text):
        return _identity_18(document, digits.upper(), cue, start)
    if len(digits) == 15 and digits.isdigit() and text.isdigit():
        if cue == t.ID_CARD:
            return t.ID_CARD, 0.95, "cue"
        if has_id_shape(digits) and cue is None and document.cues.near(start, (t.ID_CARD,), 40):
            return t.ID_CARD, 0.7, "shape"
    if cue == t.ID_CARD and 6 <= len(digits) <= 20 and digits.isdigit() and "." not in text:
        return t.ID_CARD, 0.6, "cue"
    if _SSN.fullmatch(text) and cue != OTHER:
        return t.ID_CARD, 0.9 if cue == t.ID_CARD else 0.6, "shape"
    return None


def _identity_18(document: Document, number: str, cue: str | None, start: int) -> Found:
    if number[0] == "9" and (cue == t.PERMIT or is_permanent_residence(number)):
        return t.PERMIT, 0.95, "checksum"
    if is_id_card(number):
        kind = t.PERMIT if number[:2] in ("81", "82", "83") else t.ID_CARD
        return kind, 1.0, "checksum"
    if cue == t.ID_CARD or (
        cue is None and has_id_shape(number) and document.cues.near(start, (t.ID_CARD,), 40)
    ):
        return t.ID_CARD, 0.85, "cue"
    if cue == t.PERMIT:
        return t.PERMIT, 0.8, "cue"
    return None


def _id_groups(text: str) -> bool:
    return "." not in text and "(" not in text and "+" not in text
