"""Numbers of people: phones, identity and bank cards. A checksum decides, a cue raises or lowers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.checksums import (
    has_id_shape,
    is_iban,
    is_id_card,
    is_permanent_residence,
    luhn,
)  # fmt: skip
from deid.engine.recognition.cues import OTHER
from deid.engine.recognition.document import Document
from deid.engine.recognition.types import Span

# Digits with one or two blanks, hyphens, dots or brackets between them. All repetition is bounded.
_RUN = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][.])[+(]{0,2}[0-9](?:[ .()-]{0,2}[0-9]){4,29}[Xx]?(?![0-9A-WYZa-wyz])"
)
_GROUP = re.compile(r"[+(]{0,2}[0-9]+[)Xx]?")
_MAX_GROUPS = 7
_GLUED_MOBILE = re.compile(
    r"(?:tel|phone|mobile|mob|vx|wx|wechat|fax|cell|ph)[.:]?(1[3-9][0-9]{9})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_AREA = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_MOBILE = re.compile(r"(?:(?:\+|00)?86[ -]?)?(1[3-9][0-9](?:[ -]?[0-9]){8})")
_MOBILE_GROUPS = {(11,), (3, 4, 4), (4, 4, 3), (3, 8), (3, 3, 5), (7, 4), (4, 7), (5, 6), (3, 5, 3)}
_LANDLINE = re.compile(
    rf"(?:(?:\+|00)?86[ -]?)?(?:\({_AREA}\)|{_AREA}|\({_AREA[1:]}\))[ -]{{0,2}}[2-8][0-9]{{2,3}}[ -]?[0-9]{{4}}"
)
_ABROAD = re.compile(r"(?:\+|00)[1-9](?:[ .()-]{0,2}[0-9]){6,14}")
_NANP = re.compile(
    r"(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}"
)
_UK = re.compile(r"0[127][0-9]{1,4}[ -][0-9]{3,4}[ -]?[0-9]{3,4}")
_EXTENSION = re.compile(
    r" ?(?:转分机|转|分机号?|ext\.?|extension|x|-) ?:? ?[0-9]{1,6}(?![0-9])", re.IGNORECASE
)
# Numbers of companies: 400 and 800 of China, toll-free ones of North America and Britain.
_HOTLINE = re.compile(
    r"(?:400|800)[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}(?:[ -]?[0-9])?"
    r"|(?:\+?1[ .-])?\(?8(?:00|33|44|55|66|77|88)\)?[ .-][0-9]{3}[ .-][0-9]{4}|0800[ -]?[0-9]{3}[ -]?[0-9]{3,4}"
)
_SSN = re.compile(r"(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}")
_DATE_TIME = re.compile(r"(?:19|20)[0-9]{2}[-. ][01]?[0-9][-. ][0-3]?[0-9](?:[ -][0-9]{1,2})?")
_ISSUERS = re.compile(
    r"(?:62|4[0-9]{3}|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|35|36|38|9558|6011|65|60138|60142|68|69)"
)
Found = tuple[str, float, str] | None


def numbers(document: Document) -> Iterator[Span]:
    """Spans of phone, identity card, bank card, SSN; each run of digits is read once."""
    for run in _RUN.finditer(document.text):
        yield from _read(document, run.start(), run.end())
    for match in _GLUED_MOBILE.finditer(document.text):
        yield Span(match.start(1), match.end(1), t.PHONE, 0.85, "cue")


def _read(document: Document, start: int, end: int) -> Iterator[Span]:
    """What the run is; if nothing as a whole, what the longest of its parts are."""
    if _HOTLINE.fullmatch(document.text, start, end):
        return
    groups = [match.span() for match in _GROUP.finditer(document.text, start, end)]
    first = 0
    while first < len(groups):
        for last in range(min(len(groups), first + _MAX_GROUPS) - 1, first - 1, -1):
            span = _whole(document, groups[first][0], groups[last][1])
            if span is not None:
                yield span
                first = last
                break
        first += 1


def _whole(document: Document, start: int, end: int) -> Span | None:
    text = document.text[start:end]
    if text.count("(") > text.count(")"):  # the bracket is the sentence's
        start, text = start + 1, text[1:]
    digits = text if text.isdigit() else re.sub(r"[^0-9Xx]", "", text)
    if len(digits) < 6:
        return None
    cue = document.cue_before(start)
    for reader in (_identity, _phone, _bank):
        found = reader(document, text, digits, cue, start)
        if found is not None:
            kind, score, reason = found
            stop = end
            if kind == t.PHONE:
                extension = _EXTENSION.match(document.text, end)
                stop = extension.end() if extension and not text.startswith("1") else end
            return Span(start, stop, kind, score, reason)
    return None


def _identity(document: Document, text: str, digits: str, cue: str | None, start: int) -> Found:
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


def _phone(document: Document, text: str, digits: str, cue: str | None, start: int) -> Found:
    if cue == OTHER and not text.startswith("+"):
        return None
    if _HOTLINE.fullmatch(text):
        return None
    mobile = _MOBILE.fullmatch(text)
    if mobile and _groups(mobile[1]) in _MOBILE_GROUPS:
        return t.PHONE, 0.95 if cue == t.PHONE else 0.9, "shape"
    if _LANDLINE.fullmatch(text):
        separated = not text.isdigit()
        return t.PHONE, 0.95 if cue == t.PHONE else 0.85 if separated else 0.7, "shape"
    if _ABROAD.fullmatch(text) and (text.startswith("+") or cue == t.PHONE):
        return t.PHONE, 0.9, "shape"
    if _NANP.fullmatch(text) or (_UK.fullmatch(text) and not document.has_cjk):
        return t.PHONE, 0.9 if cue == t.PHONE else 0.7, "shape"
    if cue == t.PHONE and _is_spoken_of(text, digits):
        return t.PHONE, 0.7, "cue"
    return None


def _groups(text: str) -> tuple[int, ...]:
    return tuple(len(group) for group in re.split(r"[ -]", text))


def _is_spoken_of(text: str, digits: str) -> bool:
    """After a cue: a number of 7 to 12 digits that is no date and no amount."""
    return (
        7 <= len(digits) <= 12
        and digits.isdigit()
        and "." not in text
        and not _DATE_TIME.match(text)
        and not re.fullmatch(r"(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]", digits)
    )


def _bank(document: Document, text: str, digits: str, cue: str | None, start: int) -> Found:
    if not digits.isdigit() or "." in text or "(" in text or "+" in text:
        return None
    size = len(digits)
    if cue == OTHER:
        return None
    if 13 <= size <= 19 and _ISSUERS.match(digits) and luhn(digits) and _card_groups(text):
        return t.BANK_CARD, 1.0 if cue == t.BANK_CARD else 0.9, "checksum"
    other = _MOBILE.fullmatch(text) or _DATE_TIME.match(text)
    if cue == t.BANK_CARD and 10 <= size <= 25 and not other:
        return t.BANK_CARD, 0.8 if luhn(digits) else 0.7, "cue"
    return None


def _card_groups(text: str) -> bool:
    """Whole, or in groups of four (the last may be shorter), or 4-6-5 as American Express."""
    groups = _groups(text)
    if len(groups) == 1 or groups == (4, 6, 5) or groups[0] == 6:
        return True
    return set(groups[:-1]) == {4} and groups[-1] <= 4


def ibans(document: Document) -> Iterator[Span]:
    """International account numbers, whole or in groups of four (ISO 13616)."""
    for match in _IBAN.finditer(document.text):
        number = match[0].replace(" ", "")
        for cut in range(len(number), 14, -1):
            if _IBAN_SIZES.get(number[:2]) == cut and is_iban(number[:cut]):
                end = match.start() + _length_of(match[0], cut)
                yield Span(match.start(), end, t.BANK_CARD, 1.0, "checksum")
                break


# Lengths by country (SWIFT: IBAN Registry).
_IBAN_SIZES = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "CH": 21, "CY": 28,
    "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FR": 27, "GB": 22,
    "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30,
    "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24,
    "SI": 19, "SK": 24, "TN": 24, "TR": 26, "UA": 29,
}  # fmt: skip
_IBAN = re.compile(
    r"(?<![0-9A-Za-z])[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?(?![0-9A-Za-z])"
)


def _length_of(text: str, characters: int) -> int:
    """How far `characters` that are no blanks reach."""
    seen = 0
    for index, character in enumerate(text):
        seen += character != " "
        if seen == characters:
            return index + 1
    return len(text)
