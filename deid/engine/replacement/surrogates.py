"""Realistic stand-ins: of the same shape, and never an identifier that passes its checksum."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from deid.engine.recognition import types as t
from deid.engine.recognition.folding import fold
from deid.engine.replacement.identifiers import CHECKED, coordinates
from deid.engine.replacement.people import organisation, person, place, town
from deid.engine.replacement.shapes import plain_digits, scrambled, with_digits
from deid.engine.replacement.stream import Stream, permuted_digits
from deid.engine.replacement.worded import as_digits, as_words


class Maker:
    """Makes surrogates by a key. `valid`: whether identifiers may pass their checksum."""

    def __init__(self, key: bytes, *, valid: bool = False, locale: str = "zh-CN") -> None:
        self._key = key
        self._valid = valid
        self._locale = locale

    def make(self, kind: str, original: str, counter: int = 0) -> str:
        """The stand-in; another one for each `counter`, should the first not do."""
        label = normalised(kind, original)
        stream = Stream(self._key, kind, label, str(counter))
        maker = _MAKERS.get(kind)
        if kind == t.PHONE:
            return _phone(original, self._key, counter)
        if kind in CHECKED:
            return CHECKED[kind](original, stream, self._valid)
        return maker(original, stream) if maker else scrambled(original, stream)


_WITHOUT_SEPARATORS = frozenset(
    (t.PHONE, t.BANK_CARD, t.ID_CARD, t.QQ, t.NATIONAL_ID, t.TAX_ID, t.DRIVER_LICENSE, t.IBAN)
)


def normalised(kind: str, original: str) -> str:
    """What the same thing written otherwise has in common: one person, one surrogate."""
    text = fold(original).text
    if kind in _WITHOUT_SEPARATORS:
        return "".join(one for one in text.upper() if one.isalnum())
    return " ".join(text.split()).casefold()


def _phone(original: str, key: bytes, counter: int) -> str:
    """Country and carrier or area stay, the subscriber's digits are permuted one to one."""
    digits = plain_digits(original)
    head = _phone_head(digits, original)
    label = f"{digits[:head].removeprefix('86') if head > 4 else digits[:head]}|{counter}"
    return with_digits(original, digits[:head] + permuted_digits(key, label, digits[head:]))


def _phone_head(digits: str, original: str) -> int:
    abroad = 2 if digits.startswith("86") and len(digits) > 11 else 0
    rest = digits[abroad:]
    if re.match(r"1[3-9]", rest):
        return abroad + 3
    if rest.startswith("0"):
        return abroad + (3 if re.match(r"0(?:10|2)", rest) else 4)
    return 1 if original.lstrip().startswith(("+", "＋")) else min(3, len(digits) // 3)


def _email(original: str, stream: Stream) -> str:
    """At a domain that no one can own (RFC 2606)."""
    size = max(4, min(len(original.partition("@")[0]), 12))
    return (
        _word(stream, size)
        + str(stream.below(1000))
        + "@"
        + stream.pick(("example.com", "example.org", "example.net"))
    )


def _word(stream: Stream, size: int) -> str:
    syllables = [stream.pick("bcdfghjklmnpqrstwxyz") + stream.pick("aeiou") for _ in range(size)]
    return "".join(syllables)[:size]


def _url(original: str, stream: Stream) -> str:
    return f"https://example.com/{_word(stream, 8)}{stream.below(10_000)}"


def _ip(original: str, stream: Stream) -> str:
    """IPv4 of a private net (RFC 1918), IPv6 of the documentation's (RFC 3849)."""
    if ":" in fold(original).text:
        groups = ":".join(f"{stream.below(65536):x}" for _ in range(6))
        return f"2001:db8:{groups}"
    return f"10.{stream.below(256)}.{stream.below(256)}.{1 + stream.below(254)}"


def _mac(original: str, stream: Stream) -> str:
    """Locally administered (IEEE 802: the second bit of the first byte)."""
    joint = next((one for one in original if one in ":-."), ":")
    pairs = ["02", *(f"{stream.below(256):02x}" for _ in range(5))]
    if any(one.isupper() for one in original):
        pairs = [pair.upper() for pair in pairs]
    if joint == ".":
        text = "".join(pairs)
        return ".".join(text[i : i + 4] for i in (0, 4, 8))
    return joint.join(pairs)


def _plate(original: str, stream: Stream) -> str:
    return scrambled(original, stream, keep=2)


def _birth_date(original: str, stream: Stream) -> str:
    """A date of the same form: years, months and days are exchanged one for one."""
    born = date(1955, 1, 1) + timedelta(days=stream.below(18_000))
    return redated(original, lambda _old: born)


def redated(original: str, change: Callable[[date | None], date]) -> str:
    """The date that `original` writes, changed and written the same way, in words too."""
    text = fold(original).text
    digits, kinds = as_digits(text)
    if any(kinds):
        return as_words(redated(digits, change), kinds)
    numbers = [match.span() for match in re.finditer(r"[0-9]+", text)]
    order = date_order(text, [text[slice(*span)] for span in numbers])
    new = change(date_of(text, order, numbers))
    if not order:
        return scrambled(original, Stream(b"", new.isoformat())) if numbers else f"{new:%Y-%m-%d}"
    parts = _date_parts(order, new)
    written, at = [], 0
    for (start, end), part in zip(numbers, parts, strict=False):
        written += [original[at:start], part.rjust(end - start, "0") if part != "" else ""]
        at = end
    result = "".join(written) + original[at:]
    result = _SUFFIX.sub(lambda match: match[1] + _suffix(int(match[1])), result)
    return _MONTHS.sub(lambda match: _month_like(match[0], new.month), result)


_SUFFIX = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)", re.IGNORECASE)


def _suffix(day: int) -> str:
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10 if day // 10 != 1 else 0, "th")


_NAMES = [name.lower() for name in calendar.month_name[1:]]  # in English: the C locale
_MONTHS = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}", re.IGNORECASE
)


def _month_like(old: str, month: int) -> str:
    name = _NAMES[month - 1] if len(old) > 3 else _NAMES[month - 1][:3]
    return name.title() if old[0].isupper() else name


def date_order(text: str, numbers: list[str]) -> str:
    """Which number is what: letters of Y, y (two digits), M, D; W is all in one (YYYYMMDD)."""
    sizes = [len(number) for number in numbers]
    named = _MONTHS.search(text) is not None
    if sizes == [8]:
        return "W"
    if not sizes:
        return ""
    if sizes[0] == 4:
        return "YMD"[: len(sizes)] if not named else "YD"
    if named:
        return "Dy" if sizes[1:] == [2] else "DY"[: len(sizes)]
    if "年" in text:
        return "yMD"[: len(sizes)]
    if "月" in text:
        return "MD"[: len(sizes)]
    return ("MDY" if sizes[-1] == 4 else "MDy")[: len(sizes)]


def date_of(text: str, order: str, numbers: list[tuple[int, int]]) -> date | None:
    values = dict(zip(order, (int(text[slice(*span)]) for span in numbers), strict=False))
    if order == "W":
        whole = str(values["W"])
        values = {"Y": int(whole[:4]), "M": int(whole[4:6]), "D": int(whole[6:8])}
    named = _MONTHS.search(text)
    if named:
        values["M"] = 1 + [name[:3] for name in _NAMES].index(named[0][:3].lower())
    year = values.get("Y", 1900 + values["y"] if "y" in values else 2000)
    month, day = values.get("M", 1), values.get("D", 1)
    for chosen in ((year, month, day), (year, day, month)):
        try:
            return date(*chosen)
        except ValueError:
            continue
    return None


def _date_parts(order: str, new: date) -> list[str]:
    values = {
        "Y": str(new.year), "y": f"{new.year % 100:02d}", "M": str(new.month), "D": str(new.day),
        "W": f"{new:%Y%m%d}",
    }  # fmt: skip
    return [values[one] for one in order]


_MAKERS: dict[str, Callable[[str, Stream], str]] = {
    t.EMAIL: _email, t.URL: _url, t.IP: _ip, t.MAC: _mac, t.PLATE: _plate,
    t.BIRTH_DATE: _birth_date, t.DATE: _birth_date, t.PERSON: person, t.ADDRESS: place,
    t.ORGANIZATION: organisation, t.LOCATION: town, t.COORDINATES: coordinates,
}  # fmt: skip
