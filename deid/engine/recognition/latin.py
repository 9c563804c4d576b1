"""Persons, organisations, addresses and places in text of Latin letters.

The network finds them. Rules that are sure of theirs (a title, a cue with its sign) keep the upper
hand; those that only guess need its assent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from deid.engine.recognition import types as t
from deid.engine.recognition.document import Document
from deid.engine.recognition.english import english_addresses, english_names, english_organisations
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.tagger_en.edges import trimmed
from deid.engine.recognition.types import Span

if TYPE_CHECKING:
    from deid.engine.recognition.tagger_en.reading import Reading

SURE = 0.9  # the score from which a rule needs no assent
# The share of probability that a guess needs, and from which step of recall it then counts.
_ASSENT = ((0.5, Recall.PRECISE), (0.2, Recall.BALANCED), (0.08, Recall.HIGH))
_SOLID = 0.8  # the score from which a number is no part of an address
# In a text with Chinese only what has two Latin words in a row is read.
_STRETCH = re.compile(r"[^\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]{5,}")
_TWO_WORDS = re.compile(r"[A-Za-zÀ-ɏ]{2}[.,'’&-]{0,2}[ \t]{1,3}[A-Za-zÀ-ɏ]{2}")
_REPEATED = 4  # letters that a name must have to be looked for again


def read_all(documents: Sequence[Document]) -> list[Reading | None]:
    """All documents in one go: pieces of like length go through the network together."""
    asked = [(document.text, stretches(document)) for document in documents]
    if not any(found for _text, found in asked):
        return [None] * len(documents)
    from deid.engine.recognition.tagger_en.tagger import tagger  # with the first text: needs numpy

    return tagger().read(asked)


def stretches(document: Document) -> list[tuple[int, int]]:
    """What of a text is for the network to read."""
    if not document.has_latin:
        return []
    if not document.has_cjk:
        return [(0, len(document.text))]
    found = [match.span() for match in _STRETCH.finditer(document.text)]
    return [(start, end) for start, end in found if _TWO_WORDS.search(document.text, start, end)]


def latin(document: Document, reading: Reading | None, numbers: Sequence[Span]) -> list[Span]:
    """All that is found; `numbers` are the structured finds, which cut holes into addresses."""
    if not document.has_latin:
        return []
    network = reading.spans() if reading else []
    found = [*_ruled(document, reading, network)]
    for span in network:
        found += _cut(document.text, span, numbers) if span.type == t.ADDRESS else [span]
    return [*found, *_repeated(document.text, found)]


def _ruled(document: Document, reading: Reading | None, network: Sequence[Span]) -> Iterator[Span]:
    """What rules find: guesses only with the network's assent, and none inside an address."""
    yield from english_addresses(document)
    addresses = [one for one in network if one.type == t.ADDRESS and one.level < Recall.HIGH]
    people = [one for one in network if one.type == t.PERSON and one.level == Recall.PRECISE]
    for span in english_names(document):
        if not any(_is_in(span, one) for one in addresses):
            yield from _assented(span, reading)
    for span in english_organisations(document):
        if not any(_is_in(one, span) for one in people):
            yield from _assented(span, reading)


def _is_in(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _assented(span: Span, reading: Reading | None) -> Iterator[Span]:
    share = reading.share(span.start, span.end, span.type) if reading else None
    if share is None or span.score >= SURE:
        yield span
        return
    for least, level in _ASSENT:
        if share >= least:
            yield Span(span.start, span.end, span.type, span.score, span.reason, level)
            return


def _cut(text: str, address: Span, numbers: Sequence[Span]) -> list[Span]:
    """What is left of an address around phones, cards and mail that stand in it."""
    parts = [(address.start, address.end)]
    for one in numbers:
        if one.score >= _SOLID and one.level <= address.level:
            parts = [piece for part in parts for piece in _without(part, one)]
    kept = [trimmed(text, start, end, t.ADDRESS) for start, end in parts]
    return [
        Span(start, end, t.ADDRESS, address.score, address.reason, address.level)
        for start, end in kept
        if end - start > 2
    ]


def _without(part: tuple[int, int], one: Span) -> list[tuple[int, int]]:
    start, end = part
    if one.end <= start or end <= one.start:
        return [part]
    return [(start, min(end, one.start)), (max(start, one.end), end)]


def _repeated(text: str, found: Iterable[Span]) -> Iterator[Span]:
    """A name that was found stands for the same wherever it stands again in this text."""
    names: dict[str, Recall] = {}
    for span in found:
        name = text[span.start : span.end]
        if span.type == t.PERSON and sum(map(str.isalpha, name)) >= _REPEATED:
            names[name] = min(span.level, names.get(name, span.level))
    if not names:
        return
    pattern = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text):
        yield Span(match.start(), match.end(), t.PERSON, 0.5, "repeated", names[match[0]])
