"""Identifiers that only the words before them tell: accounts, records, policies, licences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.document import Document
from deid.engine.recognition.joins import JOINED, value_ends, value_starts
from deid.engine.recognition.types import Span

_ENDS = r"(?![0-9A-Za-z@]|\.[0-9])"
_VALUES: dict[str, re.Pattern[str]] = {
    t.WECHAT: re.compile(r"[A-Za-z][A-Za-z0-9_-]{5,19}(?![A-Za-z0-9_@-]|\.[A-Za-z0-9])"),
    t.QQ: re.compile(rf"[1-9][0-9]{{4,11}}{_ENDS}"),
    t.MEDICAL_RECORD: re.compile(
        rf"(?:[0-9]{{3}}[ -][0-9]{{3}}[ -][0-9]{{4}}|[A-Za-z]{{0,4}}[-#]?[0-9][0-9A-Za-z-]{{3,19}}){_ENDS}"
    ),
    t.INSURANCE: re.compile(
        r"(?:[0-9]{4} [0-9]{5} [0-9](?:/[0-9])?"
        rf"|[A-Za-z]{{0,8}}-?[0-9A-Za-z-]{{0,4}}[0-9][0-9A-Za-z-]{{4,25}}){_ENDS}"
    ),
    t.PASSPORT: re.compile(rf"[A-Za-z0-9]{{6,9}}{_ENDS}"),
    t.PERMIT: re.compile(rf"[A-Za-z]{{0,3}}[0-9]{{8,15}}{_ENDS}"),
    t.PLATE: re.compile(rf"(?=[A-Z0-9 -]{{0,6}}[0-9])[A-Z0-9]{{1,4}}[ -]?[A-Z0-9]{{2,4}}{_ENDS}"),
}
_LEAST_DIGITS = {
    t.MEDICAL_RECORD: 4, t.INSURANCE: 4, t.PASSPORT: 1, t.PERMIT: 6, t.PLATE: 1, t.WECHAT: 0, t.QQ: 5,
}  # fmt: skip
_AND = re.compile(r" ?(?:[、,/]|和|及|与|and|&) ?")
_PLATE_AFTER = re.compile(
    r"(?<![0-9A-Za-z])(?=[A-Z0-9 -]{0,6}[0-9])[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,4}(?= (?:on the )?(?:number |license |licence )?plates?(?![a-z]))"
)
_BRITISH_PLATE = re.compile(r"[A-Z](?<![0-9A-Za-z].)[A-Z][0-9]{2} [A-Z]{3}(?![0-9A-Za-z])")
_WECHAT_ID = re.compile(r"(?<![A-Za-z0-9_])wxid_[a-z0-9]{8,20}(?![A-Za-z0-9_])")
_QQ_AFTER = re.compile(r"(?<![0-9A-Za-z.])[1-9][0-9]{4,10}(?= ?\(?(?:qq|QQ)(?!邮箱))")
_WORDS_NOT_IDS = {
    "please", "official", "account", "payment", "wechat", "number", "contact", "friend", "friends",
    "public", "moments", "mini-program", "miniprogram", "android", "iphone", "browser",
}  # fmt: skip


def cued(document: Document) -> Iterator[Span]:
    """Values that stand right behind their cue."""
    if not (document.has_digits or document.has_latin):
        return
    for kind, pattern in _VALUES.items():
        if kind not in document.cues and document.field_kind != kind:
            continue
        for start in value_starts(document, kind, JOINED):
            yield from _value(document, kind, pattern, start)
    if "wxid_" in document.text:
        for match in _WECHAT_ID.finditer(document.text):
            yield Span(match.start(), match.end(), t.WECHAT, 0.95, "shape")
    if document.has_digits and "qq" in document.lower:
        for match in _QQ_AFTER.finditer(document.text):
            yield Span(match.start(), match.end(), t.QQ, 0.8, "cue")
    yield from _loose(document)
    yield from _plates(document)
    yield from _licences(document)


# A few words between the cue and its value; the value must look like one by itself.
_FEW_HAN = r"[^0-9A-Za-z。！？!?;；]{1,14}"
_FEW_WORDS = r"(?: [A-Za-z']{1,12}){1,6}[ :(]{1,3}"
_LOOSE = {
    t.WECHAT: re.compile(
        rf"(?:号|id)?{_FEW_HAN}([A-Za-z](?=[A-Za-z_-]{{0,18}}[0-9_])[A-Za-z0-9_-]{{5,19}})"
        r"(?![A-Za-z0-9_@.-])"
    ),
    t.PASSPORT: re.compile(
        rf"(?:{_FEW_HAN}|{_FEW_WORDS})([A-Za-z]{{1,3}}[0-9]{{6,8}}|[0-9]{{2}}[A-Za-z]{{2}}[0-9]{{5}})"
        rf"{_ENDS}"
    ),
}  # fmt: skip


def _loose(document: Document) -> Iterator[Span]:
    """微信搜一下leizhao763, 护照上个月刚换成X1234567: what stands a few words on."""
    for kind, pattern in _LOOSE.items():
        for _start, end in document.cues.of(kind):
            match = pattern.match(document.text, end)
            if match is not None and document.cue_before(match.start(1)) in (kind, None):
                yield Span(match.start(1), match.end(1), kind, 0.75, "cue")


def _plates(document: Document) -> Iterator[Span]:
    if not (document.has_latin and document.has_digits):
        return
    for match in _BRITISH_PLATE.finditer(document.text):
        yield Span(match.start(), match.end(), t.PLATE, 0.6, "shape")
    if "plate" in document.lower:
        for match in _PLATE_AFTER.finditer(document.text):
            yield Span(match.start(), match.end(), t.PLATE, 0.85, "cue")


def _value(document: Document, kind: str, pattern: re.Pattern[str], start: int) -> Iterator[Span]:
    match = pattern.match(document.text, start)
    if match is None:
        return
    value = match[0]
    if kind == t.WECHAT and (value.lower() in _WORDS_NOT_IDS or value.lower().startswith("http")):
        return
    if kind == t.WECHAT and value.isalpha() and not _is_joined_by_sign(document.text, start):
        return
    if kind == t.PASSPORT and not (value.isupper() or value.isdigit()):
        return  # a word of English, or a code of something else
    if sum(one.isdigit() for one in value) < _LEAST_DIGITS[kind] or (
        kind == t.PLATE and (value.isdigit() or len(value) < 5)
    ):
        return
    yield Span(start, match.end(), kind, 0.9, "cue")
    following = _AND.match(document.text, match.end()) if kind in _LISTED else None
    if following is not None:
        yield from _value(document, kind, pattern, following.end())


_LISTED = {t.MEDICAL_RECORD, t.INSURANCE, t.QQ}


def _is_joined_by_sign(text: str, start: int) -> bool:
    """A word of letters only is an id where a colon or `is` says so, not in running English."""
    before = text[max(0, start - 6) : start]
    return any(sign in before for sign in (":", "=", "是", "为", "号", '"')) or not before.isascii()


def _licences(document: Document) -> Iterator[Span]:
    """Driving licences: every state shapes them otherwise, so the word before them decides."""
    if not document.has_digits:
        return
    if "driv" in document.lower and "licen" in document.lower:
        for match in _LICENCE_AFTER.finditer(document.text):
            yield Span(match.start(), match.end(), t.DRIVER_LICENSE, 0.8, "cue")
    for start in value_starts(document, t.DRIVER_LICENSE, JOINED):
        end = _licence_end(document.text, start)
        value = document.text[start:end]
        digits = sum(one.isdigit() for one in value)
        if digits >= 4 and 5 <= len(value) <= 24 and (value.upper() == value or digits >= 6):
            yield Span(start, end, t.DRIVER_LICENSE, 0.9, "cue")


_LICENCE_AFTER = re.compile(
    r"[0-9A-Z](?<![0-9A-Za-z].)(?=[A-Z-]{0,8}[0-9])[0-9A-Z-]{4,19}(?=,? [(]?(?:[A-Za-z]{2} )?(?i:driving|driver'?s?) (?i:licen[cs]e))"
)


_BRITISH_LICENCE = re.compile(
    r"[A-Z9]{5}[0-9]{6}[A-Z9]{2}[0-9A-Z][A-Z]{2}(?: [0-9]{2})?(?![0-9A-Za-z])"
)  # with the number of its issue


def _licence_end(text: str, start: int) -> int:
    """Over hyphens always, over a blank only while the number is short."""
    british = _BRITISH_LICENCE.match(text, start)
    if british is not None:
        return british.end()
    end = start
    for stop in reversed(value_ends(text, start)):
        size = sum(one.isalnum() for one in text[start:end])
        if end > start and text[end] == " " and size >= (12 if text[start:end].count(" ") else 8):
            break
        end = stop
    return end
