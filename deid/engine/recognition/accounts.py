"""Bank cards and international account numbers. A checksum decides, a cue raises or lowers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.checksums import is_iban, luhn
from deid.engine.recognition.cues import OTHER
from deid.engine.recognition.document import Document
from deid.engine.recognition.phones import DATE_TIME, MOBILE, groups
from deid.engine.recognition.types import Span

# ISO/IEC 7812 heads: UnionPay, Visa, Mastercard, Amex, JCB, Diners, Discover, Maestro.
_ISSUERS = re.compile(
    r"(?:62|4[0-9]{3}|5[0-8]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|35|36|30[0-5]|38|39|9558|6011"
    r"|64[4-9]|65|60138|60142|63(?:04|90)|67|68|69|2131|1800)"
)
_CARD = re.compile(
    r"(?<![a-z])(?:cards?|cc|visa|master ?card|amex|american express|maestro|discover|diners|jcb|卡号?)(?![a-z])"
)
_NEAR = 40
Found = tuple[str, float, str]
_FRACTION = re.compile(r"[0-9]\.")


def called_card(
    document: Document, text: str, digits: str, cue: str | None, start: int
) -> Found | None:
    """Of any issuer, where the sum is right and a word for cards stands shortly before."""
    if not 12 <= len(digits) <= 19 or cue == OTHER:
        return None
    if not luhn(digits) or not _card_groups(text):
        return None
    near = _CARD.search(document.lower, max(0, start - _NEAR), start)
    return (t.BANK_CARD, 1.0, "checksum") if near else None


def bank(document: Document, text: str, digits: str, cue: str | None, start: int) -> Found | None:
    """A card by its sum and its issuer's head; behind a cue any account."""
    size = len(digits)
    if size < 10 or not digits.isdigit() or "." in text or "(" in text or "+" in text:
        return None
    if cue == OTHER or _FRACTION.match(document.text, max(0, start - 2), start):
        return None
    if size == 13 and cue != t.BANK_CARD and (digits[0] != "4" or _is_article(digits)):
        return None  # cards of 13 digits are old ones of Visa, and articles (GS1) have as many
    if 13 <= size <= 19 and _ISSUERS.match(digits) and luhn(digits) and _card_groups(text):
        return t.BANK_CARD, 1.0 if cue == t.BANK_CARD else 0.9, "checksum"
    other = MOBILE.fullmatch(text) or DATE_TIME.match(text)
    if cue == t.BANK_CARD and 10 <= size <= 25 and not other:
        return t.BANK_CARD, 0.8 if luhn(digits) else 0.7, "cue"
    return None


def _is_article(digits: str) -> bool:
    """The check digit of a GTIN-13: weights 1 and 3 by turns."""
    return sum(int(digit) * (1 + place % 2 * 2) for place, digit in enumerate(digits)) % 10 == 0


def _card_groups(text: str) -> bool:
    """Whole, or in groups of four (the last may be shorter), or 4-6-5 as American Express."""
    sizes = groups(text)
    if len(sizes) == 1 or sizes in ((4, 6, 5), (4, 6, 4)) or sizes[0] == 6:
        return True
    return set(sizes[:-1]) == {4} and sizes[-1] <= 4


# Lengths by country (SWIFT: IBAN Registry).
_IBAN_SIZES = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
    "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28,
    "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip
# Two digits second and third keep it from being tried at every word.
_IBAN = re.compile(
    r"[A-Za-z]{2}[0-9]{2}(?:[ -]?[0-9A-Za-z]{4}){2,7}(?:[ -]?[0-9A-Za-z]{1,3})?(?![0-9A-Za-z])"
)
_JOINTS = str.maketrans("", "", " -")


def ibans(document: Document) -> Iterator[Span]:
    """International account numbers (ISO 13616) in any case, whole or in groups of four."""
    text = document.text
    for match in _IBAN.finditer(text):
        start = match.start()
        number = match[0].translate(_JOINTS).upper()
        size = _IBAN_SIZES.get(number[:2], 99)
        if size > len(number) or (
            start and text[start - 1].isascii() and text[start - 1].isalnum()
        ):
            continue
        end = start + _length_of(match[0], size)
        if text[end : end + 1].isascii() and text[end : end + 1].isalnum():
            continue
        if is_iban(number[:size]):
            yield Span(start, end, t.IBAN, 1.0, "checksum")
        elif "iban" in document.lower[max(0, start - 24) : start] or document.field_kind == t.IBAN:
            yield Span(start, end, t.IBAN, 0.8, "cue")


def _length_of(text: str, characters: int) -> int:
    """How far `characters` that are no joints reach."""
    seen = 0
    for index, character in enumerate(text):
        seen += character not in " -"
        if seen == characters:
            return index + 1
    return len(text)
