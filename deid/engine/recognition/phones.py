"""Phones of all countries: by their form, by what is said of them, by the numbering plans."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.checksums import luhn
from deid.engine.recognition.cues import OTHER
from deid.engine.recognition.document import Document
from deid.engine.recognition.phone_plans import is_assigned, is_dialled
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.types import Span

_AREA = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
MOBILE = re.compile(r"(?:(?:\+|00)?86[ -]?)?(1[3-9][0-9](?:[ -]?[0-9]){8})")
_MOBILE_GROUPS = {(11,), (3, 4, 4), (4, 4, 3), (3, 8), (3, 3, 5), (7, 4), (4, 7), (5, 6), (3, 5, 3)}
_LANDLINE = re.compile(
    rf"(?:(?:\+|00)?86[ -]?)?(?:\({_AREA}\)|{_AREA}|\({_AREA[1:]}\))[ -]{{0,2}}[2-8][0-9]{{2,3}}[ -]?[0-9]{{4}}"
)
_ABROAD = re.compile(r"(?:\(?\+\(?|00)[1-9](?:[ .()-]{0,2}[0-9]){6,14}")
_NANP = re.compile(
    r"(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}"
)
_UK = re.compile(r"0[127][0-9]{1,4}[ -][0-9]{3,4}[ -]?[0-9]{3,4}")
_DIGIT_BEFORE = re.compile(r"[0-9][ .-]")
EXTENSION = re.compile(
    r",? ?(?:转分机|转|分机号?|ext\.?|extension|extn\.?|x|#|-) ?:? ?[0-9]{1,6}(?![0-9])",
    re.IGNORECASE,
)
# Numbers of companies: 400 and 800 of China, toll-free ones of North America and Britain.
HOTLINE = re.compile(
    r"(?:400|800)[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}(?:[ -]?[0-9])?"
    r"|(?:\+?1[ .-])?\(?8(?:00|33|44|55|66|77|88)\)?[ .-][0-9]{3}[ .-][0-9]{4}|0800[ -]?[0-9]{3}[ -]?[0-9]{3,4}"
)
DATE_TIME = re.compile(r"(?:19|20)[0-9]{2}[-. ][01]?[0-9][-. ][0-3]?[0-9](?:[ -][0-9]{1,2})?")
_DAY_FIRST = re.compile(
    r"[0-3]?[0-9][-. ][01]?[0-9][-. ](?:(?:19|20)[0-9]{2}|[0-9]{2})(?: [0-9]{1,2})?"
)
_NO_DIGIT = re.compile(r"[^0-9]")
Found = tuple[str, float, str]


_ANY_FORM = re.compile("|".join(one.pattern for one in (MOBILE, _LANDLINE, _ABROAD, _NANP, _UK)))


def phone(document: Document, text: str, cue: str | None, start: int) -> Found | None:
    """A phone of China, North America or Britain, or whatever a sign or a word calls one."""
    if cue == OTHER and not text.startswith("+"):
        return None
    if not _ANY_FORM.fullmatch(text):
        return (t.PHONE, 0.7, "cue") if cue == t.PHONE and _is_spoken_of(text) else None
    if HOTLINE.fullmatch(text):
        return None
    mobile = MOBILE.fullmatch(text)
    if mobile and groups(mobile[1]) in _MOBILE_GROUPS:
        return t.PHONE, 0.95 if cue == t.PHONE else 0.9, "shape"
    if _LANDLINE.fullmatch(text):
        separated = not text.isdigit()
        return t.PHONE, 0.95 if cue == t.PHONE else 0.85 if separated else 0.7, "shape"
    if _ABROAD.fullmatch(text) and ("+" in text[:2] or cue == t.PHONE):
        return t.PHONE, 0.9, "shape"
    is_tail = cue != t.PHONE and _DIGIT_BEFORE.match(document.text, max(0, start - 2), start)
    if not is_tail and (_NANP.fullmatch(text) or (_UK.fullmatch(text) and not document.has_cjk)):
        return t.PHONE, 0.9 if cue == t.PHONE else 0.7, "shape"
    if cue == t.PHONE and _is_spoken_of(text):
        return t.PHONE, 0.7, "cue"
    return None


def groups(text: str) -> tuple[int, ...]:
    return tuple(len(group) for group in re.split(r"[ -]", text))


def _is_spoken_of(text: str) -> bool:
    """After a cue: a number of 7 to 13 digits that is no date and no amount."""
    digits = _NO_DIGIT.sub("", text)
    return (
        7 <= len(digits) <= 13
        and "." not in text
        and not is_dated(text)
        and not HOTLINE.fullmatch(text)
    )


def is_dated(text: str) -> bool:
    """A day, with or without an hour: 2024-03-01 10, 20240301, 01.03.2024."""
    return bool(
        DATE_TIME.match(text)
        or _DAY_FIRST.fullmatch(text)
        or re.fullmatch(r"(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]", text)
    )


# Two signs between digits end a sentence or join two things, but for a bracket's.
_BREAK = re.compile(r"[.-] | [.-]|[.-]{2}| {2}")
_GROUPED = re.compile(
    r"\+?(?:\([0-9]{1,5}\)[ .-]?)?[0-9]{1,14}(?:(?:[ .-]|\) ?| ?\([0-9]{1,4}\) ?)[0-9]{1,8}){0,6}"
)
_NO_PHONE = re.compile(
    r"[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{5}-[0-9]{3,4}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}"  # SSN, post code, IP
    r"|[0-3]?[0-9]-(?:19|20)[0-9]{2}(?: [0-9]{1,2})?"  # Dec-28-2014 13:47
    r"|[0-9]{4}[.-][01]?[0-9][.-][0-3]?[0-9]|(?:[0-9]{1,2}\.){2,3}[0-9]{1,8}"  # days, versions
    r"|97[89][ -]?[0-9][0-9 -]{8,13}"  # ISBN
    r"|[0-9]+\.[0-9]+|(?:[0-9]{1,2}[ .-]){2,6}[0-9]{1,2}"  # decimals; versions, times, counts
    r"|(?:(?:1[0-9]|20)[0-9]{2}[ -]){1,4}(?:1[0-9]|20)[0-9]{2}"  # years
)
_PAIRS = re.compile(r"0[0-9](?:[ .-][0-9]{2}){4}|[0-9]{2}(?:[ .-][0-9]{2}){3}")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:[ .][0-9]{3}){2,4}")
# Weak words: a number behind them is a phone only where a country has such a one.
_WEAK_CUE = re.compile(
    r"(?<![a-zà-ÿ])(?:phones?|telephones?|tel|mobiles?|cells?|cellphones?|fax|desk|office|land-?lines?"
    r"|call(?:s|ed|ing|er)?|dial(?:l?ed|l?ing)?|reach|ring|rang|texts?|texted|texting|sms|messages?|messaged|answering"
    r"|voice-?mail|pager|handy|tlf|tél|tel[eé]fon[oe]?|t[eé]l[eé]phone|numéro|número|rufnummer|telefonnummer"
    r"|numbers?|contact|whatsapp|signal|home|work ?[:(]|[mptf]:)(?![a-zà-ÿ])[^.!?;\n]{0,24}$"
)
_AFTER = re.compile(
    r"[ ,(-]{1,3}(?:(?:is|was|still|as) ){0,2}(?:(?:my|your|his|her|the|our|their) )?(?:(?:new|old|home|direct) )?"
    r"(?:phone|mobile|cell|office|fax|desk|home|work|tel|number|landline|line)(?![a-z])"
)
_NOT_BEFORE = re.compile(
    r"(?:[#$€£¥]|(?<![a-z])(?:pp?|pages?|article|art|usd|eur|gbp|rmb|cny|nr|no|population|area|zip|apt|suite|unit|room|box"
    r"|flight|policy|claim|ticket|ref|id|isbn|ean|sku|pid|account|acct|konto|card|case)\.?:?) ?$"
)
_NOT_AFTER = re.compile(
    r" ?(?:[%€$£¥°×*/]|(?:people|km|kg|mm|cm|m2|usd|eur|gbp|dollars|euros?|rows|bytes|items|pieces|pcs"
    r"|times|years|units|users|votes|miles|tons?)(?![a-z])|[a-z]{1,2}[0-9])"
)


def abroad(document: Document, start: int, end: int, cue: str | None) -> Span | None:
    """A number in the groups of any country, where words or a numbering plan speak for it."""
    if cue is None and document.has_cjk and not document.has_latin:
        return None  # Chinese alone: what speaks for it without a word would be English
    text = document.text[start:end]
    digits = text if text.isdigit() else _NO_DIGIT.sub("", text)
    if len(digits) < 7 or (digits is text and cue is None and len(digits) > 11):
        return None
    if not _GROUPED.fullmatch(text) or text.count("(") != text.count(")"):
        return None
    if not 7 <= len(digits) <= 15 or (cue == OTHER and text[0] != "+") or HOTLINE.fullmatch(text):
        return None
    pairs = _PAIRS.fullmatch(text) is not None
    if is_dated(text) or (_NO_PHONE.fullmatch(text) and not pairs):
        return None
    found = _by_words(document, start, end, digits, cue) or _by_plan(
        document, start, end, digits, cue
    )
    if found is None:
        return None
    return Span(start, end, t.PHONE, found[0], found[1], found[2])


Judged = tuple[float, str, Recall]


def _by_words(
    document: Document, start: int, end: int, digits: str, cue: str | None
) -> Judged | None:
    """Behind a sure word any number; behind a weaker one what is cut, begins or is assigned as one."""
    if cue == t.PHONE:
        return 0.75, "cue", Recall.PRECISE
    if cue is not None:
        return None
    text = document.text[start:end]
    if text.isdigit() and text[0] != "0" and not is_assigned(digits):
        return None
    before = document.lower[max(0, start - 36) : start]
    if _NOT_BEFORE.search(before):
        return None
    if _WEAK_CUE.search(before) or _AFTER.match(document.lower, end):
        return 0.7, "cue", Recall.PRECISE
    return None


def _by_plan(
    document: Document, start: int, end: int, digits: str, cue: str | None
) -> Judged | None:
    """Without a word: cut and begun as a phone, or dialled so in some country."""
    text = document.text[start:end]
    if cue is not None or (luhn(digits) and len(digits) > 12) or _LAST_ALONE.search(text):
        return None
    if _THREE_THREE_FOUR.fullmatch(text) or _OVER_SEAS.fullmatch(text):
        return 0.65, "shape", Recall.PRECISE
    if document.has_cjk or len(digits) < 8 or _is_spoken_against(document, start, end):
        return None
    alone = _is_alone(document, start, end)
    if text.isdigit():
        return (0.55, "plan", Recall.HIGH) if alone and is_dialled(digits) else None
    if _TRUNK.fullmatch(text) and len(digits) <= 12:
        return 0.6, "shape", Recall.BALANCED
    if not is_dialled(digits):
        return None
    sure = text[0] in "0(+" and not _THOUSANDS.fullmatch(text)
    return 0.6, "plan", Recall.BALANCED if sure or alone else Recall.HIGH


_LAST_ALONE = re.compile(r"[ .-][0-9]$")  # a check digit, rather
# However it is cut elsewhere, this is how North America cuts; codes are left to chance.
_THREE_THREE_FOUR = re.compile(
    r"(?:1[ .-])?[0-9]{3}([.-])[0-9]{3}\1[0-9]{4}|\([0-9]{3}\) ?[0-9]{3}[ .-][0-9]{4}"
)
_OVER_SEAS = re.compile(r"00[1-9][0-9]{0,4}(?:[ -][0-9]{2,5}){2,5}")
# The trunk prefix first, as most of the world dials: 0580-730215, (03558) 07302 157.
_TRUNK = re.compile(r"\(?0[1-9][0-9]{0,4}\)?(?:[ .-]?(?<=[) .-])[0-9]{2,8}){1,5}")


def _is_spoken_against(document: Document, start: int, end: int) -> bool:
    return bool(
        _NOT_BEFORE.search(document.lower, max(0, start - 12), start)
        or _NOT_AFTER.match(document.lower, end)
    )


def _is_alone(document: Document, start: int, end: int) -> bool:
    """A line or a cell of its own."""
    text = document.text
    if text[start - 1 : start] == "," and text[end : end + 1] in (",", "\n", ""):
        return True
    before, after = text[max(0, start - 8) : start].rstrip(" "), text[end : end + 8].lstrip(" ")
    return (not before or before[-1] in "\n|;") and (not after or after[0] in "\n|;")


# Germany, Austria, Hungary and others set the area off by a stroke: 089/2123456, 72/040-5608.
_STROKE = re.compile(
    r"[0-9(+](?<![0-9A-Za-z/.].)[0-9() +-]{0,9}[0-9)]/[0-9]{3,8}(?:[ -][0-9]{2,8}){0,3}(?![0-9A-Za-z/]|[.,][0-9])"
)


def strokes(document: Document) -> Iterator[Span]:
    """Numbers with a stroke behind their area."""
    for match in _STROKE.finditer(document.text):
        text = match[0]
        digits = _NO_DIGIT.sub("", text)
        cue = document.cue_before(match.start())
        called = cue == t.PHONE or _WEAK_CUE.search(
            document.lower, max(0, match.start() - 36), match.start()
        )
        if _MONTH_OF_YEAR.fullmatch(text) or not 7 <= len(digits) <= 14:
            continue
        if cue in (None, t.PHONE) and (called or text[0] in "0(+"):
            score = 0.75 if called else 0.6
            yield Span(match.start(), match.end(), t.PHONE, score, "shape")


_MONTH_OF_YEAR = re.compile(r"[01]?[0-9]/(?:19|20)[0-9]{2}.{0,20}|(?:19|20)[0-9]{2}/.*")


def pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A run of digits cut where a sentence or a range cuts it."""
    found, at = [], start
    for match in _BREAK.finditer(text, start, end):
        found.append((at, match.start()))
        at = match.end()
    return [*found, (at, end)]
