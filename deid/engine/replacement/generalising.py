"""Less precise instead of false: an age band, a year, a city, a date moved by some days."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from deid.engine.recognition import types as t
from deid.engine.recognition.folding import fold, has_cjk
from deid.engine.replacement.stream import Stream
from deid.engine.replacement.surrogates import date_of, date_order, redated
from deid.engine.replacement.worded import as_digits

_CITY = re.compile(
    r"(?:[\u3400-\u9fff]{2,8}?(?:省|自治区|特别行政区))?[\u3400-\u9fff]{2,7}?(?:市|自治州|地区|盟)"
)
_PROVINCE = re.compile(r"[\u3400-\u9fff]{2,8}?(?:省|自治区|特别行政区|市)")


def generalise(
    kind: str, original: str, options: Any, *, key: bytes, subject: str, label: str, today: date
) -> str:
    """The original made vaguer; `label` where there is nothing to say.

    `subject` is whose data it is: all dates of one are moved by the same number of days.
    """
    target = options["to"]
    if kind in (t.BIRTH_DATE, t.DATE):
        if target == "shift" or (target == "auto" and kind == t.DATE):
            return _shifted(original, key, subject, options["days"])
        return _dated(original, "age" if target == "auto" else target, label, today)
    if kind == t.ADDRESS:
        return _place(original, target, label)
    if kind == t.IP and ":" not in original:
        return ".".join(original.split(".")[:3]) + ".0/24"
    if kind == t.COORDINATES:
        return _coarse(original) or label
    if kind == t.PHONE and target == "auto":
        digits = re.sub(r"[^0-9]", "", fold(original).text)
        return digits[:3] + "****" if len(digits) >= 7 else label
    return label


_FRACTION = re.compile(r"(\.[0-9])[0-9]+")
_MINUTES = re.compile(
    r"(?<=[°º度]) ?[0-9]{1,2}(?:\.[0-9]+)? ?['′分](?: ?[0-9]{1,2}(?:\.[0-9]+)? ?(?:[\"″秒]|''))?"
)


def _coarse(original: str) -> str:
    """To one place behind the point, some ten kilometres; whole degrees where there are minutes."""
    coarse = _FRACTION.sub(r"\1", _MINUTES.sub("", fold(original).text))
    return coarse if coarse != original else ""


def _place(original: str, target: str, label: str) -> str:
    pattern = _PROVINCE if target == "province" else _CITY
    match = pattern.match(original)
    return match[0] if match else label


def _dated(original: str, target: str, label: str, today: date) -> str:
    text = as_digits(fold(original).text)[0]
    spans = [match.span() for match in re.finditer(r"[0-9]+", text)]
    order = date_order(text, [text[slice(*span)] for span in spans])
    found = date_of(text, order, spans) if order and order[0] in "YyWMD" else None
    if found is None or not ("Y" in order or "y" in order or "W" in order):
        return label
    chinese = has_cjk(original)
    if target == "year":
        return f"{found.year}年" if chinese else str(found.year)
    if target == "month":
        return f"{found.year}年{found.month}月" if chinese else f"{found.year}-{found.month:02d}"
    return age_band(found, today, chinese=chinese)


def age_band(born: date, today: date, *, chinese: bool) -> str:
    """Ten years wide; 90 and more is one band (45 CFR 164.514(b)(2)(i)(C))."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if years >= 90:
        return "90岁以上" if chinese else "90 or older"
    low = max(years, 0) // 10 * 10
    return f"{low}-{low + 9}岁" if chinese else f"{low}-{low + 9} years old"


def _shifted(original: str, key: bytes, subject: str, days: int) -> str:
    stream = Stream(key, "shift", subject)
    moved = 1 + stream.below(days)
    delta = timedelta(days=moved if stream.below(2) else -moved)
    return redated(original, lambda old: (old or date(2000, 1, 1)) + delta)
