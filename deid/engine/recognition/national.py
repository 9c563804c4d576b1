"""National and tax numbers: behind the words that call them, and where their form alone says it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.checksums import is_taiwan_id
from deid.engine.recognition.cues import kinds
from deid.engine.recognition.document import Document
from deid.engine.recognition.joins import JOINED, value_ends
from deid.engine.recognition.nations import NINO, NUMBERS, Number, by_word, check_of
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.types import Span

_ANY_CARD = tuple(number for number in NUMBERS if number.type == t.ID_CARD)
_OF_ANY_COUNTRY = ("national id", "national id card", "identity card")
_KINDS = (t.NATIONAL_ID, t.TAX_ID, t.ID_CARD)
_SEPARATORS = re.compile(r"[^0-9A-Za-zÑñ&+]")
_LETTER, _NEAR = re.compile(r"[A-Za-z]"), 24
_MONTHS = "(?:0[1-9]|1[0-2])"


def national(document: Document) -> Iterator[Span]:
    """What stands behind a cue, and codes of letters and digits that pass their country's check."""
    if not document.has_digits:
        return
    yield from _behind_words(document)
    if document.field_cue and document.field_kind in _KINDS:
        span = _called(document, document.field_cue[0], 0)
        if span is not None:
            yield span
    if not document.has_latin:
        return
    if _SIGN_OF_CODE.search(document.text):
        yield from _free_codes(document)
    for match in _TAIWAN.finditer(document.text):
        if is_taiwan_id(match[0]) and _is_free(document, match.start()):
            yield Span(match.start(), match.end(), t.ID_CARD, 0.75, "checksum")


def _behind_words(document: Document) -> Iterator[Span]:
    for start, end in document.cues.of(*_KINDS):
        word = document.lower[start:end]
        plain = kinds().get(word) == t.ID_CARD and word not in by_word()
        if plain and not _LETTER.search(document.text, end, end + _NEAR):
            continue  # digits behind such a word are read elsewhere
        joined = JOINED.match(document.text, end)
        span = _called(document, word, joined.end() if joined else end)
        if span is not None:
            yield span


def _called(document: Document, word: str, place: int) -> Span | None:
    """The value at `place`, of the numbers that the word calls: the longest that passes, or fits."""
    first = document.text[place : place + 1]
    asked = by_word().get(word, ())
    if not (first.isascii() and first.isalnum()):
        return None
    if not asked and kinds().get(word) == t.ID_CARD:
        if first.isdigit():
            return None
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
        if word not in _OF_ANY_COUNTRY:
            return None  # its own readers know it
        kind = t.NATIONAL_ID
    digits = sum(one.isdigit() for one in document.text[place : ends[0]])
    if digits < 5 or kind is None:
        return None
    return Span(place, ends[0], kind, 0.7, "cue")


# What all of these have, or nearly; sought for its digits, which most texts have few of.
_SIGN_OF_CODE = re.compile(
    r"[0-9]{2}(?:[A-Z]| [A-D](?![0-9A-Za-z])|(?<=[0-9]{6})[-+A][0-9]{3}|-[A-Z])"
)
_TAIWAN = re.compile(r"[A-Z][1289A-D][0-9]{8}(?![0-9A-Za-z])")
# Letters and digits in one: what each may be. In capitals, as documents write them.
_TOKEN = re.compile(r"(?:[A-Z]{1,6}[0-9]|[0-9]{8}[A-Z])[0-9A-Z]{0,17}(?![0-9A-Za-z])")
Form = tuple[re.Pattern[str], str, str, float]
_FREE: tuple[Form, ...] = tuple(
    (re.compile(shape), check, kind, score)
    for shape, check, kind, score in (
        (r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]", "it.codicefiscale", t.NATIONAL_ID, 0.95),
        (r"[A-Z]{4}[0-9]{6}[HM][A-Z]{5}[0-9A-Z][0-9]", "mx.curp", t.NATIONAL_ID, 0.95),
        (r"[STFGM][0-9]{7}[A-Z]", "own.is_nric", t.NATIONAL_ID, 0.8),
        (r"[0-9]{8}[A-Z]", "es.dni", t.NATIONAL_ID, 0.75),
        (r"[XYZ][0-9]{7}[A-Z]", "es.nie", t.NATIONAL_ID, 0.8),
        (NINO, "", t.NATIONAL_ID, 0.6),
        (r"[A-Z]{3}[ABCFGHLJPT][A-Z][0-9]{4}[A-Z]", "own.is_pan", t.TAX_ID, 0.6),
    )
)  # fmt: skip
_SPACED = re.compile(
    r"[A-Z]{2} [0-9]{2} [0-9]{2} [0-9]{2} [A-D](?![0-9A-Za-z])|[0-9]{6}[-+A][0-9]{3}[0-9A-Y](?![0-9A-Za-z])"
    r"|(?:[0-9]{8}|[XYZ]-?[0-9]{7})-[A-Z](?![0-9A-Za-z])"
)
_FREE_SPACED: tuple[Form, ...] = (
    (re.compile(NINO), "", t.NATIONAL_ID, 0.75),
    (re.compile(r"[0-9]{6}[-+A][0-9]{3}[0-9A-Y]"), "fi.hetu", t.NATIONAL_ID, 0.8),
    (re.compile(r"[0-9]{8}[A-Z]"), "es.dni", t.NATIONAL_ID, 0.75),
    (re.compile(r"[XYZ][0-9]{7}[A-Z]"), "es.nie", t.NATIONAL_ID, 0.8),
)


def _free_codes(document: Document) -> Iterator[Span]:
    for match in _TOKEN.finditer(document.text):
        yield from _free(document, match, match[0], _FREE)
    for match in _SPACED.finditer(document.text):
        signed = "+" in match[0] or match[0][6] in "-A"  # the sign is the century's
        compact = match[0] if signed else _SEPARATORS.sub("", match[0])
        yield from _free(document, match, compact, _FREE_SPACED)


def _free(
    document: Document, match: re.Match[str], compact: str, forms: tuple[Form, ...]
) -> Iterator[Span]:
    for shape, check, kind, score in forms:
        if shape.fullmatch(compact) and check_of(check)(compact):
            if _is_free(document, match.start()):
                reason = "checksum" if check else "shape"
                yield Span(match.start(), match.end(), kind, score, reason)
            return


def _is_free(document: Document, start: int) -> bool:
    """At the edge of a word, and no other thing by what is said before it."""
    before = document.text[start - 1 : start]
    if before and ((before.isascii() and before.isalnum()) or before in "-_/."):
        return False
    return document.cue_before(start) in (None, *_KINDS)


# Digits only, with the signs that their authority writes between them.
Writing = tuple[re.Pattern[str], str, str]
_WRITTEN: tuple[Writing, ...] = tuple(
    (re.compile(shape), check, kind)
    for shape, check, kind in (
        (r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", "br.cpf", t.NATIONAL_ID),
        (rf"[12] [0-9]{{2}} {_MONTHS} [0-9]{{2}} [0-9]{{3}} [0-9]{{3}} [0-9]{{2}}", "fr.nir", t.NATIONAL_ID),
        (r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", "ch.ssn", t.NATIONAL_ID),
        (r"[0-9]{6}-[1-8][0-9]{6}", "own.is_rrn", t.NATIONAL_ID),
        (r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}", "be.nn", t.NATIONAL_ID),
        (r"[0-9]{3}-[0-9]{3}-[0-9]{3}[ -][0-9]{2}", "own.is_snils", t.NATIONAL_ID),
        (r"[1-8]-[0-9]{4}-[0-9]{5}-[0-9]{2}-[0-9]", "th.pin", t.NATIONAL_ID),
        (r"[0-9]{6}-[0-9]{2}-[0-9]{4}", "my.nric", t.NATIONAL_ID),
        (r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}-[0-9]", "cl.rut", t.NATIONAL_ID),
        (r"[23][0-9]-[0-9]{8}-[0-9]", "ar.cuit", t.TAX_ID),
        (r"9[0-9]{2}-[5-9][0-9]-[0-9]{4}", "own.is_itin", t.TAX_ID),
    )
)  # fmt: skip
# In writings that other numbers have too: for the gate, beside whatever else they may be.
_UNSURE: tuple[Writing, ...] = (
    (re.compile(r"[2-9][0-9]{3} [0-9]{4} [0-9]{4}"), "in_.aadhaar", t.NATIONAL_ID),
    (re.compile(r"[1-7][0-9]{2} [0-9]{3} [0-9]{3}"), "ca.sin", t.NATIONAL_ID),
    (re.compile(r"[0-9]{6}-[0-9]{4}"), "se.personnummer", t.NATIONAL_ID),
)
_ANY_WRITTEN = re.compile("|".join(shape.pattern for shape, _check, _kind in _WRITTEN))

_GOES_ON, _BEGAN = re.compile(r"[.-][0-9]"), re.compile(r"[0-9][.-]")


def written(document: Document, start: int, end: int, cue: str | None) -> Span | None:
    """A run of digits in the very writing of a country, whose check it passes."""
    if not _ANY_WRITTEN.fullmatch(document.text, start, end):
        return None
    if _GOES_ON.match(document.text, end) or _BEGAN.match(document.text, max(0, start - 2), start):
        return None  # a part of a longer number
    return _in_writing(document, start, end, cue, _WRITTEN, Recall.PRECISE)


def unsure(document: Document, start: int, end: int, cue: str | None) -> Span | None:
    """The same where the writing is that of many things."""
    return _in_writing(document, start, end, cue, _UNSURE, Recall.HIGH)


def _in_writing(
    document: Document,
    start: int,
    end: int,
    cue: str | None,
    writings: tuple[Writing, ...],
    level: Recall,
) -> Span | None:
    if cue not in (None, *_KINDS):
        return None
    for shape, check, kind in writings:
        compact = _SEPARATORS.sub("", document.text[start:end])
        if shape.fullmatch(document.text, start, end) and check_of(check)(compact):
            score = 0.75 if level is Recall.PRECISE else 0.55
            return Span(start, end, kind, score, "checksum", level)
    return None
