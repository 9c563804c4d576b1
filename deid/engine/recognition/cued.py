"""Identifiers that only the words before them tell: accounts, records, policies, birth dates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.document import Document
from deid.engine.recognition.types import Span

# What may stand between a cue and its value.
_JOIN = (
    r"[ .\"'\[(<【（「*]{0,3}(?:号码|号|码|id|no\.?|number|#|账号|帐号|name|key)?[ \"'\])）】*]{0,3}"
    r"(?:[:=]|->|=>|[\u4e00-\u9fff]{1,4}[:=]|是|为|叫|就是|已?(?:变更|更换|换|改|变)(?:成|为)了?|,|is now|is|was|are|of)?"
    r"[ \"'\[(<`「:=]{0,4}(?:is |是)?[\"'`]?"
)
_ENDS = r"(?![0-9A-Za-z@]|\.[0-9])"
_VALUES: dict[str, re.Pattern[str]] = {
    t.WECHAT: re.compile(r"[A-Za-z][A-Za-z0-9_-]{5,19}(?![A-Za-z0-9_@-]|\.[A-Za-z0-9])"),
    t.QQ: re.compile(rf"[1-9][0-9]{{4,11}}{_ENDS}"),
    t.MEDICAL_RECORD: re.compile(rf"[A-Za-z]{{0,4}}[-#]?[0-9][0-9A-Za-z-]{{3,19}}{_ENDS}"),
    t.INSURANCE: re.compile(
        rf"[A-Za-z]{{0,8}}-?[0-9A-Za-z-]{{0,4}}[0-9][0-9A-Za-z-]{{4,25}}{_ENDS}"
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
_BRITISH_PLATE = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}[0-9]{2} [A-Z]{3}(?![0-9A-Za-z])")
_JOINED = re.compile(_JOIN, re.IGNORECASE)
_WECHAT_ID = re.compile(r"(?<![A-Za-z0-9_])wxid_[a-z0-9]{8,20}(?![A-Za-z0-9_])")
_QQ_AFTER = re.compile(r"(?<![0-9A-Za-z.])[1-9][0-9]{4,10}(?= ?\(?(?:qq|QQ)(?!邮箱))")
_WORDS_NOT_IDS = {
    "please", "official", "account", "payment", "wechat", "number", "contact", "friend", "friends",
    "public", "moments", "mini-program", "miniprogram", "android", "iphone", "browser",
}  # fmt: skip
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_YEAR, _SEPARATOR = r"(?:18|19|20)[0-9]{2}", r" ?[-/.年] ?"
_HAN = "[〇零○一二三四五六七八九十]"
DATE = re.compile(
    rf"(?:{_YEAR}{_SEPARATOR}(?:1[0-2]|0?[1-9])(?: ?[-/.月] ?(?:3[01]|[12][0-9]|0?[1-9]) ?[日号]?|月)?"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    rf"|[0-9]{{2}}年(?:1[0-2]|0?[1-9])月(?:(?:3[01]|[12][0-9]|0?[1-9])[日号])?"
    rf"|(?:1[0-2]|0?[1-9])月(?:3[01]|[12][0-9]|0?[1-9])[日号]?"
    rf"|[一二]{_HAN}{{3}}年{_HAN}{{1,2}}月(?:{_HAN}{{1,3}}[日号])?"
    rf"|{_MONTH} ?[0-9]{{1,2}}(?:st|nd|rd|th)?,? ?{_YEAR}"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH},? ?{_YEAR}"
    rf"|[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-](?:{_YEAR}|[0-9]{{2}}))(?![0-9])",
    re.IGNORECASE,
)
_BORN_AFTER = re.compile(
    r" ?(?:\([^)]{0,8}\))? ?(?:出生|生人|生于|生的|生[),。;，；]|的生日|是我的?生日|诞生|is my birthday|birth date|dob)",
    re.IGNORECASE,
)
_DATE_JOIN = re.compile(
    r"[ \"'(\[*]{0,3}(?:日期|时间|年月日?)?[ \"')\]*]{0,3}(?:[:=]|是|为|在|于|on|is|was|day)?[ \"'(\[:=]{0,4}"
    r"(?:on |is |in |was |公历|农历|阳历|阴历)?[\"']?", re.IGNORECASE
)  # fmt: skip


def cued(document: Document) -> Iterator[Span]:
    """Values that stand right behind their cue."""
    if not (document.has_digits or document.has_latin):
        return
    for kind, pattern in _VALUES.items():
        for start in _value_starts(document, kind, _JOINED):
            yield from _value(document, kind, pattern, start)
    if "wxid_" in document.text:
        for match in _WECHAT_ID.finditer(document.text):
            yield Span(match.start(), match.end(), t.WECHAT, 0.95, "shape")
    if document.has_digits and "qq" in document.lower:
        for match in _QQ_AFTER.finditer(document.text):
            yield Span(match.start(), match.end(), t.QQ, 0.8, "cue")
    yield from _loose(document)
    yield from _plates(document)
    yield from birth_dates(document)


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


def _value_starts(document: Document, kind: str, join: re.Pattern[str]) -> Iterator[int]:
    """Where values of the kind may begin: behind each cue, and at the start of a field of it."""
    seen = set()
    for _start, end in document.cues.of(kind):
        joined = join.match(document.text, end)
        place = joined.end() if joined else end
        if place not in seen:
            seen.add(place)
            yield place
    if document.field_kind == kind and 0 not in seen:
        yield 0


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


def birth_dates(document: Document) -> Iterator[Span]:
    """Dates that the text calls dates of birth."""
    if not document.has_digits and "年" not in document.text:
        return
    for start in _value_starts(document, t.BIRTH_DATE, _DATE_JOIN):
        match = DATE.match(document.text, start)
        if match is not None:
            yield Span(start, match.end(), t.BIRTH_DATE, 0.95, "cue")
    if not ("生" in document.text or "birth" in document.lower or "dob" in document.lower):
        return
    for match in DATE.finditer(document.text):
        if _BORN_AFTER.match(document.text, match.end()):
            yield Span(match.start(), match.end(), t.BIRTH_DATE, 0.9, "cue")


def dates(document: Document) -> Iterator[Span]:
    """Any date, for policies that move or coarsen them all."""
    for match in DATE.finditer(document.text):
        if match.start() == 0 or not document.text[match.start() - 1].isdigit():
            yield Span(match.start(), match.end(), t.DATE, 0.6, "shape")
