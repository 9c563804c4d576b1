"""National and tax numbers: behind the words that call them, and where their form alone says it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.cues import kinds
from deid.engine.recognition.document import Document
from deid.engine.recognition.joins import JOINED, value_ends
from deid.engine.recognition.nations import NINO, NUMBERS, Number, by_word, check_of
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.types import Span

_ANY_CARD = tuple(number for number in NUMBERS if number.type == t.ID_CARD)
_KINDS = (t.NATIONAL_ID, t.TAX_ID, t.ID_CARD)
_SEPARATORS = re.compile(r"[^0-9A-Za-zÑñ&+]")
_MONTHS = "(?:0[1-9]|1[0-2])"


def national(document: Document) -> Iterator[Span]:
    """What stands behind a cue, and codes of letters and digits that pass their country's check."""
    if not document.has_digits:
        return
    seen: set[tuple[int, int]] = set()
    for start, end in document.cues.of(*_KINDS):
        joined = JOINED.match(document.text, end)
        place = joined.end() if joined else end
        span = _called(document, document.lower[start:end], place)
        if span is not None and (place, span.end) not in seen:
            seen.add((place, span.end))
            yield span
    if document.field_cue and document.field_kind in _KINDS:
        span = _called(document, document.field_cue[0], 0)
        if span is not None:
            yield span
    if document.has_latin and _SIGN_OF_CODE.search(document.text):
        yield from _free_codes(document)


def _called(document: Document, word: str, place: int) -> Span | None:
    """The value at `place`, of the numbers that the word calls: the longest that passes, or fits."""
    first = document.text[place : place + 1]
    asked = by_word().get(word, ())
    if not (first.isascii() and first.isalnum()):
        return None
    if not asked and kinds().get(word) == t.ID_CARD:
        if first.isdigit():
            return None  # its own readers know it
        asked = _ANY_CARD
    ends = value_ends(document.text, place)
    fitting: Span | None = None
    for end in ends:
        compact = _SEPARATORS.sub("", document.text[place:end]).upper()
        for number in asked:
            if number.passes(compact):
                return Span(place, end, number.type, 0.97, "checksum")
            if fitting is None and not number.weak and number.shape.fullmatch(compact):
                fitting = Span(place, end, number.type, 0.8, "cue")
    return fitting or _called_in_general(document, word, place, ends, asked)


def _called_in_general(
    document: Document, word: str, place: int, ends: list[int], asked: tuple[Number, ...]
) -> Span | None:
    """Mistyped, or of a country that the table lacks: behind a plain word it is found all the same."""
    if not ends or any(number.weak for number in asked):
        return None
    kind = asked[0].type if asked else kinds().get(word)
    if kind == t.ID_CARD:
        return None  # its own readers know it
    digits = sum(one.isdigit() for one in document.text[place : ends[0]])
    if digits < 5 or kind is None:
        return None
    return Span(place, ends[0], kind, 0.7, "cue")


_SIGN_OF_CODE = re.compile(r"[0-9]{2}(?:[A-Z]|[ -][A-Z0-9])|[0-9]{9}")  # in all of these
# Letters and digits in one: what each may be. In capitals, as documents write them.
_TOKEN = re.compile(r"(?:[A-Z]{1,6}[0-9]|[0-9]{8}[A-Z])[0-9A-Z]{0,17}(?![0-9A-Za-z])")
_FREE = tuple(
    (re.compile(shape), check, kind, score)
    for shape, check, kind, score in (
        (r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]", "it.codicefiscale", t.NATIONAL_ID, 0.95),
        (r"[A-Z]{4}[0-9]{6}[HM][A-Z]{5}[0-9A-Z][0-9]", "mx.curp", t.NATIONAL_ID, 0.95),
        (r"[STFGM][0-9]{7}[A-Z]", "own.is_nric", t.NATIONAL_ID, 0.8),
        (r"[0-9]{8}[A-Z]", "es.dni", t.NATIONAL_ID, 0.75),
        (r"[XYZ][0-9]{7}[A-Z]", "es.nie", t.NATIONAL_ID, 0.8),
        (r"[A-Z][1289][0-9]{8}", "own.is_taiwan_id", t.ID_CARD, 0.75),
        (r"[A-Z][A-D][0-9]{8}", "own.is_taiwan_id", t.ID_CARD, 0.75),
        (NINO, "", t.NATIONAL_ID, 0.6),
        (r"[A-Z]{3}[ABCFGHLJPT][A-Z][0-9]{4}[A-Z]", "own.is_pan", t.TAX_ID, 0.6),
    )
)  # fmt: skip
_SPACED = re.compile(
    r"[A-Z]{2} [0-9]{2} [0-9]{2} [0-9]{2} [A-D](?![0-9A-Za-z])|[0-9]{6}[-+A][0-9]{3}[0-9A-Y](?![0-9A-Za-z])"
    r"|(?:[0-9]{8}|[XYZ]-?[0-9]{7})-[A-Z](?![0-9A-Za-z])"
)
_FREE_SPACED = (
    (re.compile(NINO), "", 0.75),
    (re.compile(r"[0-9]{6}[-+A][0-9]{3}[0-9A-Y]"), "fi.hetu", 0.8),
    (re.compile(r"[0-9]{8}[A-Z]"), "es.dni", 0.75),
    (re.compile(r"[XYZ][0-9]{7}[A-Z]"), "es.nie", 0.8),
)


def _free_codes(document: Document) -> Iterator[Span]:
    text = document.text
    for match in _TOKEN.finditer(text):
        code = match[0]
        if not _begins(text, match.start()):
            continue
        for shape, check, kind, score in _FREE:
            if shape.fullmatch(code) and check_of(check)(code):
                if document.cue_before(match.start()) in (None, *_KINDS):
                    yield Span(
                        match.start(), match.end(), kind, score, "checksum" if check else "shape"
                    )
                break
    for match in _SPACED.finditer(text):
        compact = (
            match[0] if "+" in match[0] or match[0][6] in "-A" else _SEPARATORS.sub("", match[0])
        )
        for shape, check, score in _FREE_SPACED:
            if shape.fullmatch(compact) and check_of(check)(compact):
                if _begins(text, match.start()) and document.cue_before(match.start()) in (
                    None,
                    *_KINDS,
                ):
                    yield Span(match.start(), match.end(), t.NATIONAL_ID, score, "shape")
                break


def _begins(text: str, start: int) -> bool:
    return start == 0 or not (
        (text[start - 1].isascii() and text[start - 1].isalnum()) or text[start - 1] in "-_/."
    )


# Digits only, with the signs that their authority writes between them.
_WRITTEN = tuple(
    (re.compile(shape), check, kind, level)
    for shape, check, kind, level in (
        (r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", "br.cpf", t.NATIONAL_ID, Recall.PRECISE),
        (rf"[12] [0-9]{{2}} {_MONTHS} [0-9]{{2}} [0-9]{{3}} [0-9]{{3}} [0-9]{{2}}", "fr.nir", t.NATIONAL_ID, Recall.PRECISE),
        (r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", "ch.ssn", t.NATIONAL_ID, Recall.PRECISE),
        (r"[0-9]{6}-[1-8][0-9]{6}", "own.is_rrn", t.NATIONAL_ID, Recall.PRECISE),
        (r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}", "be.nn", t.NATIONAL_ID, Recall.PRECISE),
        (r"[0-9]{3}-[0-9]{3}-[0-9]{3}[ -][0-9]{2}", "own.is_snils", t.NATIONAL_ID, Recall.PRECISE),
        (r"[1-8]-[0-9]{4}-[0-9]{5}-[0-9]{2}-[0-9]", "th.pin", t.NATIONAL_ID, Recall.PRECISE),
        (r"[0-9]{6}-[0-9]{2}-[0-9]{4}", "my.nric", t.NATIONAL_ID, Recall.BALANCED),
        (r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}-[0-9]", "cl.rut", t.NATIONAL_ID, Recall.PRECISE),
        (r"[23][0-9]-[0-9]{8}-[0-9]", "ar.cuit", t.TAX_ID, Recall.PRECISE),
        (r"9[0-9]{2}-[5-9][0-9]-[0-9]{4}", "own.is_itin", t.TAX_ID, Recall.PRECISE),
        (r"[2-9][0-9]{3} [0-9]{4} [0-9]{4}", "in_.aadhaar", t.NATIONAL_ID, Recall.HIGH),
        (r"[1-7][0-9]{2} [0-9]{3} [0-9]{3}", "ca.sin", t.NATIONAL_ID, Recall.HIGH),
        (r"[0-9]{6}-[0-9]{4}", "se.personnummer", t.NATIONAL_ID, Recall.HIGH),
    )
)  # fmt: skip


_ANY_WRITTEN = re.compile("|".join(shape.pattern for shape, _check, _kind, _level in _WRITTEN))


def written(document: Document, start: int, end: int, cue: str | None) -> Span | None:
    """A run of digits in the very writing of a country, whose check it passes."""
    text = document.text[start:end]
    if text.isdigit() or cue not in (None, *_KINDS):
        return None
    if not _ANY_WRITTEN.fullmatch(text):
        return None
    for shape, check, kind, level in _WRITTEN:
        if shape.fullmatch(text) and check_of(check)(_SEPARATORS.sub("", text)):
            return Span(start, end, kind, 0.75, "checksum", level)
    return None
