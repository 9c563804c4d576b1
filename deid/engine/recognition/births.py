"""Dates of birth, in digits and in words, and dates of anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.document import Document
from deid.engine.recognition.joins import value_starts
from deid.engine.recognition.types import Span

_MONTH = r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?)(?![a-z])"
_YEAR, _SEPARATOR = r"(?:18|19|20)[0-9]{2}", r" ?[-/.年] ?"
_HAN = "[〇零○一二三四五六七八九十]"
_HAN_MONTH, _HAN_DAY = (
    "(?:十[一二]?|[一二三四五六七八九])月",
    "(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号號]",
)
DATE = re.compile(
    rf"(?:{_YEAR}{_SEPARATOR}(?:1[0-2]|0?[1-9])(?: ?[-/.月] ?(?:3[01]|[12][0-9]|0?[1-9]) ?[日号]?|月)?"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    rf"|[0-9]{{2}}年(?:1[0-2]|0?[1-9])月(?:(?:3[01]|[12][0-9]|0?[1-9])[日号])?"
    rf"|(?:1[0-2]|0?[1-9])月(?:3[01]|[12][0-9]|0?[1-9])[日号]?"
    rf"|[一二]{_HAN}{{3}}年(?:{_HAN_MONTH}(?:{_HAN_DAY})?)?|{_HAN}{{2}}年{_HAN_MONTH}(?:{_HAN_DAY})?"
    rf"|{_HAN_MONTH}{_HAN_DAY}"
    rf"|{_MONTH} ?[0-9]{{1,2}}(?:st|nd|rd|th)?,? ?{_YEAR}"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH},? ?{_YEAR}"
    rf"|[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-](?:{_YEAR}|[0-9]{{2}}))(?![0-9])",
    re.IGNORECASE,
)
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TENTHS = "tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth"
_ORDINAL = (
    rf"(?:(?:twenty|thirty)[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|{_TENTHS}"
    r"|twentieth|thirtieth|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|[0-9]{1,2}(?:st|nd|rd|th)?)"
)
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_UNDER_100 = rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:{_ONES}))?|{_TEENS}|(?:oh|o|hundred)(?:[ -](?:and )?(?:{_ONES}))?)"
_SPOKEN_YEAR = rf"(?:(?:eighteen|nineteen|twenty)[ -]{_UNDER_100}|two thousand(?:(?: and)? (?:{_UNDER_100}|{_ONES}))?)"
_ANY_YEAR = rf"(?:,? (?:of |in )?(?:{_YEAR}|'?[0-9]{{2}}(?![0-9:])|{_SPOKEN_YEAR}))"
# Only where the text calls it a birth: half of these are other things elsewhere.
_SPOKEN = re.compile(
    rf"(?:(?:the )?{_ORDINAL}(?: day)?(?: of)? {_MONTH}{_ANY_YEAR}?|{_MONTH} (?:the )?{_ORDINAL}{_ANY_YEAR}?)(?![a-z0-9])",
    re.IGNORECASE,
)
_BORN_AFTER = re.compile(
    r" ?(?:\([^)]{0,8}\))? ?(?:出生|生人|生于|生的|生(?=$|[\s),.。;，；、])|的生日|是我的?生日|诞生|is my birthday|birth date|dob)",
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"[ \"'(\[*]{0,3}(?:日期|时间|年月日?)?[ \"')\]*]{0,3}(?:[:=]|是|为|在|于|on|is|was|day)?[ \"'(\[:=]{0,4}"
    r"(?:on |is |in |was |公历|农历|阳历|阴历)?[\"']?", re.IGNORECASE
)  # fmt: skip


def birth_dates(document: Document) -> Iterator[Span]:
    """Dates that the text calls dates of birth."""
    for start in value_starts(document, t.BIRTH_DATE, _JOIN):
        matches = [
            one
            for one in (DATE.match(document.text, start), _SPOKEN.match(document.text, start))
            if one
        ]
        if matches:
            yield Span(start, max(one.end() for one in matches), t.BIRTH_DATE, 0.95, "cue")
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
