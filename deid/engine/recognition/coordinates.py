"""Places on the earth in numbers: decimal pairs, degrees, geo URIs, links of maps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.document import Document
from deid.engine.recognition.types import Span

_LAT = r"[+-]?(?:[0-8]?[0-9]|90)\.[0-9]{2,15}"
_LON = r"[+-]?(?:1[0-7][0-9]|180|[0-9]{1,2})\.[0-9]{2,15}"
_AXIS = r"(?: ?[NSEWnsew](?![A-Za-z])|北纬|南纬|东经|西经)?"
_NAMED = r"(?:[\"']?(?:lat(?:itude)?|lon(?:gitude)?|lng|纬度|经度|緯度|經度)[\"']?[ :=]{1,3})?"
# Two decimals behind a word; the second axis may be named again.
_PAIR = re.compile(
    rf"(?:{_LAT}|{_LON}){_AXIS}[ ]?(?:[,;/，、 ]|and|和)[ ]?[(]?{_NAMED}(?:{_LON}|{_LAT}){_AXIS}(?![0-9.])",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"(?:{_LON}){_AXIS}(?![0-9.])")
_AXIS_CUE = re.compile(r"lat(?:itude)?|lon(?:gitude)?|lng|[经纬經緯]度")
_BETWEEN = re.compile(
    r"[ \"'(\[{:=，,]{0,5}(?:are|is|是|为|at|of|point)?[ \"'(\[{:=]{0,4}(?:[\"']?(?:lat|lon|lng|latitude|longitude|纬度|经度)[\"']?[ :=]{1,3})?"
)
# Where the writing alone says it: degree signs and the letters of the axes.
_DEGREES = r"[0-9]{1,3}(?:\.[0-9]{1,10})? ?[°º度](?: ?[0-9]{1,2}(?:\.[0-9]{1,8})? ?['′分](?: ?[0-9]{1,2}(?:\.[0-9]{1,6})? ?(?:[\"″秒]|''))?)?"
_SIGNED = re.compile(
    rf"(?:[NSEW] ?|[北南]纬|[东西]经)?[+-]?{_DEGREES} ?(?:[NSEWnsew](?![A-Za-z]))?(?:[ ,;/，、]{{0,3}}(?:[NSEW] ?|[北南]纬|[东西]经)?[+-]?{_DEGREES} ?(?:[NSEWnsew](?![A-Za-z]))?)?"
)
_AXES = re.compile(r"[NSEWnsew]|[北南]纬|[东西]经")
_SIGN, _MINUTE = re.compile(r"[°º度]"), re.compile(r"['′分]")
_LETTERED = re.compile(
    r"[0-9]{1,2}\.[0-9]{3,10} ?[NSns][ ,;/]{1,3}[0-9]{1,3}\.[0-9]{3,10} ?[EWew](?![A-Za-z])"
    r"|[NS] ?[0-9]{1,2}[. ][0-9]{2,10}(?:\.[0-9]{1,6})?[ ,;/]{1,3}[EW] ?[0-9]{1,3}[. ][0-9]{2,10}(?:\.[0-9]{1,6})?"
)
_GEO = re.compile(rf"geo:({_LAT},{_LON}(?:,[0-9.-]{{1,10}})?)", re.IGNORECASE)
# A pair with five places or more behind the point is a place to within a metre, and little else.
_FINE = re.compile(
    r"[+-]?(?:[0-8]?[0-9])\.[0-9]{5,15}, ?[+-]?(?:1[0-7][0-9]|[0-9]{1,2})\.[0-9]{5,15}(?![0-9.]|, ?[+-]?[0-9])"
)
_FRACTION = re.compile(r"\.[0-9]{3}")


def coordinates(document: Document) -> Iterator[Span]:
    """Pairs, and single axes behind the axis's name."""
    text = document.text
    if not document.has_digits:
        return
    if "°" in text or "º" in text or "度" in text:
        for match in _matches(_SIGNED, text):
            if _is_place(match[0]):
                yield Span(match.start(), match.end(), t.COORDINATES, 0.9, "shape")
    if "." not in text:
        return
    for start, end in document.cues.of(t.COORDINATES):
        yield from _called(text, end, is_axis=bool(_AXIS_CUE.fullmatch(document.lower, start, end)))
    if document.field_kind == t.COORDINATES:
        yield from _called(text, 0, is_axis=True)
    if _FRACTION.search(text):
        yield from _fine(document)


def _fine(document: Document) -> Iterator[Span]:
    for pattern, score in ((_FINE, 0.7), (_LETTERED, 0.85)):
        for match in _matches(pattern, document.text):
            yield Span(match.start(), match.end(), t.COORDINATES, score, "shape")
    if "geo:" in document.lower:
        for match in _GEO.finditer(document.text):
            yield Span(match.start(1), match.end(1), t.COORDINATES, 0.95, "shape")


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Those that do not begin inside a word or a longer number."""
    for match in pattern.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if not (before.isascii() and (before.isalnum() or before in (".", "-", "+"))):
            yield match


def _is_place(written: str) -> bool:
    """Two axes, or one to the minute: 25° is warm, 66°N is a circle."""
    axes = len(_AXES.findall(written))
    return axes > 0 and (len(_SIGN.findall(written)) > 1 or _MINUTE.search(written) is not None)


def _called(text: str, end: int, *, is_axis: bool) -> Iterator[Span]:
    between = _BETWEEN.match(text, end)
    place = between.end() if between else end
    match = _PAIR.match(text, place) or (_ALONE.match(text, place) if is_axis else None)
    if match is not None:
        yield Span(place, match.end(), t.COORDINATES, 0.9, "cue")
