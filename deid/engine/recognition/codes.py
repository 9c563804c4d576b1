"""Codes of letters and digits: passports, permits, credit codes, number plates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.checksums import is_credit_code, is_hong_kong_id, is_id_card
from deid.engine.recognition.cues import OTHER
from deid.engine.recognition.document import Document
from deid.engine.recognition.lexicon import blocks
from deid.engine.recognition.types import Span

# Behind the first character: a pattern that begins with a set of characters is searched for faster.
_EDGE, _END = r"(?<![0-9A-Za-z].)", r"(?![0-9A-Za-z])"
_CREDIT_CALLED = re.compile(
    rf"[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{_EDGE}[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{{17}}{_END}"
)
# The third to the eighth are the digits of an area.
_CREDIT = re.compile(
    rf"[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{_EDGE}[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy][0-9]{{6}}[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{{10}}{_END}"
)
# One or two letters with seven or eight digits: passports and permits of China alike.
_DOCUMENT = re.compile(
    rf"[A-Za-z]{_EDGE}(?:[0-9]{{8}}|[A-Za-z][0-9]{{7}}|(?<=[HMhm])[0-9]{{10}}){_END}"
)
_PASSPORT = re.compile(
    r"(?:[EGDSPegdsp][0-9]{8}|[Ee][A-Ha-hJ-Nj-nP-Zp-z][0-9]{7}|(?:[DSP]E|MA|K[0-9])[0-9]{7})"
)
_CHINA_PASSPORT = re.compile(r"(?:[EG][0-9]{8}|E[A-HJ-NP-Z][0-9]{7})")
_HOME_RETURN = re.compile(r"[HMhm][0-9]{8}(?:[0-9]{2})?")
_ANY_DOCUMENT = re.compile(r"[A-Za-z]{0,3}[0-9]{6,12}(?![0-9A-Za-z])")
_LONG = re.compile(r"[0-9]{6}")  # all of these have so many digits in a row
_RESIDENCE = re.compile(rf"[A-Z]{_EDGE}[A-Z]{{2}}[0-9]{{12}}{_END}")
# ISO 3166-1 alpha-3, of the larger ones: what stands before the digits of a foreigner's permit.
_COUNTRIES = frozenset(blocks("countries.txt")["ALPHA-3"])
_HONG_KONG = re.compile(rf"([A-Za-z]{_EDGE}[A-Za-z]?)([0-9]{{6}}) ?\(([0-9A])\)")
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼滬雲遼魯蘇贛陝閩貴粵寧瓊"
_PLATE = re.compile(
    rf"[{_PROVINCE}][A-HJ-NP-Za-hj-np-z](?: ?[·.-] ?| )?"
    r"(?:[A-HJ-NP-Za-hj-np-z0-9]{4,5}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳領领試试超](?![0-9A-Za-z])"
    r"|[A-HJ-NP-Z0-9]{4}[挂学警港澳领试超])"
)
_EMBASSY = re.compile(r"(?:[0-9]{6}使|使[0-9]{6}|[A-HJ-NP-Z][0-9]{5}领|WJ[·]?[京-龥]?[0-9A-Z]{5})")


def codes(document: Document) -> Iterator[Span]:
    """Every identifier that has a form of its own."""
    if _LONG.search(document.text):
        yield from _credit_codes(document)
        if document.has_latin:
            yield from _documents(document)
            yield from _hong_kong(document)
    if document.has_digits and document.has_cjk:
        yield from _plates(document)


def _credit_codes(document: Document) -> Iterator[Span]:
    called = t.CREDIT_CODE in document.cues or document.field_kind == t.CREDIT_CODE
    for match in (_CREDIT_CALLED if called else _CREDIT).finditer(document.text):
        code = match[0].upper()
        cue = document.cue_before(match.start())
        if cue != t.CREDIT_CODE and is_id_card(code):
            continue  # digits alone may pass both sums
        if is_credit_code(code) and cue != OTHER:
            yield Span(match.start(), match.end(), t.CREDIT_CODE, 1.0, "checksum")
        elif cue == t.CREDIT_CODE:
            yield Span(match.start(), match.end(), t.CREDIT_CODE, 0.85, "cue")


def _documents(document: Document) -> Iterator[Span]:
    for match in _DOCUMENT.finditer(document.text):
        found = _document_kind(match[0], document.cue_before(match.start()))
        if found is not None:
            yield Span(match.start(), match.end(), *found)
    for match in _RESIDENCE.finditer(document.text):
        if match[0][:3] in _COUNTRIES and document.cue_before(match.start()) != OTHER:
            yield Span(match.start(), match.end(), t.PERMIT, 0.7, "shape")


def _document_kind(text: str, cue: str | None) -> tuple[str, float, str] | None:
    if cue in (t.PASSPORT, t.PERMIT):
        return cue, 0.95, "cue"
    if cue == t.ID_CARD:
        kind = t.PERMIT if _HOME_RETURN.fullmatch(text) else t.PASSPORT
        return kind, 0.8, "cue"
    if cue is not None:
        return None
    if _CHINA_PASSPORT.fullmatch(text):
        return t.PASSPORT, 0.6, "shape"
    if _HOME_RETURN.fullmatch(text):
        return t.PERMIT, 0.55, "shape"
    return None


def _hong_kong(document: Document) -> Iterator[Span]:
    for match in _HONG_KONG.finditer(document.text):
        if is_hong_kong_id(match[1].upper(), match[2], match[3]):
            yield Span(match.start(), match.end(), t.ID_CARD, 0.95, "checksum")


def _plates(document: Document) -> Iterator[Span]:
    for match in _PLATE.finditer(document.text):
        digits = sum(one.isdigit() for one in match[0])
        cue = document.cue_before(match.start())
        if cue == OTHER or (digits < 2 and cue != t.PLATE):
            continue
        yield Span(match.start(), match.end(), t.PLATE, 0.95, "shape")
    if t.PLATE not in document.cues and document.field_kind != t.PLATE:
        return
    for match in _EMBASSY.finditer(document.text):
        if document.cue_before(match.start()) == t.PLATE:
            yield Span(match.start(), match.end(), t.PLATE, 0.8, "cue")
