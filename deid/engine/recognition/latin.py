"""Persons, organisations, addresses and places in text of Latin letters.

The network finds them. Rules that are sure of theirs (a title, a cue with its sign) keep the upper
hand; those that only guess need its assent.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import ahocorasick

from deid.engine.recognition import types as t
from deid.engine.recognition.document import Document
from deid.engine.recognition.english import (
    english_names,
    is_lone_word,
    legal_persons,
    listed_names,
)
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.tagger_en.edges import is_any, trimmed
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
# One word in small letters, as names of fields are: with nothing around it, it is nobody's name.
_FIELD = re.compile(r"\W*[a-z0-9_.:/-]{1,200}\W*")
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
    if not document.has_latin or _FIELD.fullmatch(document.text):
        return []
    if not document.has_cjk:
        return [(0, len(document.text))]
    found = [match.span() for match in _STRETCH.finditer(document.text)]
    return [(start, end) for start, end in found if _TWO_WORDS.search(document.text, start, end)]


def latin(document: Document, reading: Reading | None, numbers: Sequence[Span]) -> list[Span]:
    """All that is found; `numbers` are the structured finds, which cut holes into addresses."""
    if not document.has_latin:
        return []
    text = document.text
    network = list(_outside(reading.spans(), numbers)) if reading else []
    if is_lone_word(text):
        network = [span for span in network if span.type == t.LOCATION]
    found = [*_ruled(document, reading, network)]
    solid = _marked(len(text), (one for one in numbers if one.score >= _SOLID))
    for span in network:
        found += _cut(text, span, solid) if span.type == t.ADDRESS else [span]
    return [*found, *_repeated(text, found)]


def _outside(spans: Iterable[Span], numbers: Iterable[Span]) -> Iterator[Span]:
    """Without those that are part of something with a form: letters of a plate are no firm."""
    starts, reach = [], [0]
    for one in sorted(numbers, key=lambda one: one.start):
        if one.level == Recall.PRECISE:
            starts.append(one.start)
            reach.append(max(one.end, reach[-1]))
    yield from (one for one in spans if reach[bisect_right(starts, one.start)] < one.end)


def _marked(size: int, spans: Iterable[Span]) -> bytearray:
    """For each place of a text the step of recall from which something stands there, plus one."""
    marks = bytearray(size)
    for span in sorted(spans, key=lambda one: -one.level):
        marks[span.start : span.end] = bytes([span.level + 1]) * (span.end - span.start)
    return marks


def _ruled(document: Document, reading: Reading | None, network: Sequence[Span]) -> Iterator[Span]:
    """What rules find: guesses only with the network's assent, and none inside an address."""
    inside = (one for one in network if one.type == t.ADDRESS and one.level < Recall.HIGH)
    addresses = _marked(len(document.text), inside)
    for span in english_names(document):
        if not (addresses[span.start] and addresses[span.end - 1]):
            yield from _assented(span, reading)
    yield from legal_persons(document)
    if document.has_cjk:
        for span in listed_names(document):
            if reading is None or reading.share(span.start, span.end, t.PERSON) is None:
                yield span


def _assented(span: Span, reading: Reading | None) -> Iterator[Span]:
    share = reading.share(span.start, span.end, span.type) if reading else None
    if share is None or span.score >= SURE:
        yield span
        return
    for least, level in _ASSENT:
        if share >= least:
            yield Span(span.start, span.end, span.type, span.score, span.reason, level)
            return


def _cut(text: str, address: Span, solid: bytearray) -> Iterator[Span]:
    """What is left of an address around phones, cards and mail that stand in it."""
    start = address.start
    for place in range(address.start, address.end + 1):
        if place == address.end or 0 < solid[place] <= address.level + 1:
            begin, end = trimmed(text, start, place, t.ADDRESS)
            if is_any(text[begin:end], t.ADDRESS):
                yield Span(begin, end, t.ADDRESS, address.score, address.reason, address.level)
            start = place + 1


def _repeated(text: str, found: Iterable[Span]) -> Iterator[Span]:
    """A name that was found stands for the same wherever it stands again in this text."""
    names = ahocorasick.Automaton()
    for span in sorted(found, key=lambda one: -one.level):
        name = text[span.start : span.end]
        if span.type == t.PERSON and sum(map(str.isalpha, name)) >= _REPEATED:
            names.add_word(name, (len(name), span.level))
    if not len(names):
        return
    names.make_automaton()
    for last, (size, level) in names.iter_long(text):
        start, end = last + 1 - size, last + 1
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield Span(start, end, t.PERSON, 0.5, "repeated", level)
