"""All recognisers over texts, and the choice between what they find in one place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import ahocorasick

from deid.engine.recognition import latin
from deid.engine.recognition import types as t
from deid.engine.recognition.accounts import ibans
from deid.engine.recognition.besides import NOTHING, Besides
from deid.engine.recognition.births import birth_dates, dates
from deid.engine.recognition.chinese import ChineseText, read_all
from deid.engine.recognition.codes import codes
from deid.engine.recognition.coordinates import coordinates
from deid.engine.recognition.cued import cued
from deid.engine.recognition.document import Document
from deid.engine.recognition.names_zh import chinese_names
from deid.engine.recognition.national import national
from deid.engine.recognition.network import network
from deid.engine.recognition.numbers import numbers
from deid.engine.recognition.organisations_zh import chinese_organisations
from deid.engine.recognition.places_zh import chinese_addresses, chinese_places
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.secrets import secrets
from deid.engine.recognition.shared import SURE, share
from deid.engine.recognition.types import THRESHOLD, Span
from deid.engine.recognition.wallets import wallets

_LINGUISTIC = frozenset((*t.LINGUISTIC, t.LOCATION))
# Where two overlap with like scores: what holds more goes before what is held in it.
_RANK = {
    t.CUSTOM: 9, t.URL: 6, t.EMAIL: 6, t.SECRET: 5, t.ID_CARD: 4, t.CREDIT_CODE: 4, t.ADDRESS: 3,
    t.ORGANIZATION: 2, t.PERSON: 1,
}  # fmt: skip


def analyse(
    texts: Sequence[str],
    *,
    types: Collection[str] | None = None,
    fields: Sequence[str] | None = None,
    threshold: float = THRESHOLD,
    besides: Besides = NOTHING,
    asked: Collection[str] = (),
    recall: Recall = Recall.BALANCED,
    consistent: bool = False,
) -> list[list[Span]]:
    """What is personal in each text: spans in order, none over another, offsets in code points.

    Without `types` those that the platform calls personal. `fields` names the JSON field or column
    of each text. Without linguistic types in `types` the network is not asked. `besides` is what an
    operator has asked besides, of its recognisers those whose names are in `asked`. `consistent`:
    a name that one text gives surely is looked for in the others too (see shared.py).
    """
    wanted = frozenset(types if types is not None else t.OWN)
    return [
        [read.original(span) for span in chosen(read.spans, wanted, threshold, recall)]
        for read in read_texts(
            texts, wanted, fields=fields, besides=besides, asked=asked, consistent=consistent
        )
    ]


@dataclass(frozen=True)
class Read:
    """A text with all that any recogniser saw in it: sure or not, one over another."""

    document: Document
    spans: list[Span]

    def original(self, span: Span) -> Span:
        start, end = self.document.folded.original(span.start, span.end)
        return Span(start, end, span.type, span.score, span.reason, span.level)


def read_texts(
    texts: Sequence[str],
    wanted: Collection[str],
    *,
    fields: Sequence[str] | None = None,
    besides: Besides = NOTHING,
    asked: Collection[str] = (),
    consistent: bool = False,
) -> list[Read]:
    """The costly half of `analyse`, from which one may choose more than once."""
    documents = [
        Document(text, fields[number] if fields else "") for number, text in enumerate(texts)
    ]
    found = [list(structured(document)) if _may_have(document) else [] for document in documents]
    if t.DATE in wanted:
        for document, spans in zip(documents, found, strict=True):
            spans += dates(document)
    if _LINGUISTIC.intersection(wanted):
        readings = latin.read_all(documents)
        chinese_texts = read_all(documents)
        for document, spans, chinese, reading in zip(
            documents, found, chinese_texts, readings, strict=True
        ):
            spans += [*latin.latin(document, reading, spans), *linguistic(chinese)]
        if consistent:
            share(chinese_texts, found)
    more = besides.read([document.text for document in documents], asked)
    for spans, own in zip(found, more, strict=True):
        spans += own
    return [Read(document, spans) for document, spans in zip(documents, found, strict=True)]


def _may_have(document: Document) -> bool:
    text = document.text
    return document.has_digits or document.has_latin or "月" in text or "@" in text


def structured(document: Document) -> Iterator[Span]:
    """Whatever has a form: patterns, checksums, cues."""
    yield from network(document)
    if document.has_digits:
        yield from numbers(document)
        yield from national(document)
    yield from codes(document)
    if document.has_latin and document.has_digits:
        yield from ibans(document)
    yield from cued(document)
    yield from birth_dates(document)
    yield from secrets(document)
    yield from wallets(document)
    yield from coordinates(document)


def linguistic(chinese: ChineseText) -> Iterator[Span]:
    """Persons, addresses, organisations in Chinese."""
    if chinese.words:
        spans = [
            *chinese_names(chinese),
            *chinese_organisations(chinese),
            *chinese_addresses(chinese),
            *chinese_places(chinese),
        ]
        yield from spans
        yield from repeated(chinese, spans)


def repeated(chinese: ChineseText, spans: Iterable[Span]) -> Iterator[Span]:
    """The same name again in the same text, where nothing but its repetition tells."""
    names = ahocorasick.Automaton()
    for span in spans:
        sure = span.score >= SURE and span.level < Recall.HIGH
        if span.type == t.PERSON and sure and 2 <= span.end - span.start <= 15:
            name = chinese.text[span.start : span.end]
            names.add_word(name, len(name))
    if not len(names):
        return
    names.make_automaton()
    for last, size in names.iter(chinese.text):
        start = last + 1 - size
        if size > 2 or chinese.is_edge(start):
            yield Span(start, last + 1, t.PERSON, 0.6, "repeated")


def chosen(
    spans: Iterable[Span],
    wanted: Collection[str],
    threshold: float,
    recall: Recall = Recall.HIGH,
) -> list[Span]:
    """The surest of what overlaps; of like ones the longer."""
    ordered = sorted(
        (
            span
            for span in spans
            if span.type in wanted and span.score >= threshold and span.level <= recall
        ),
        key=lambda span: (-_weight(span), span.start, span.type),
    )
    if len(ordered) < 2:
        return ordered
    taken: list[Span] = []
    covered = bytearray(max(span.end for span in ordered))
    for span in ordered:
        if not any(covered[span.start : span.end]):
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
            taken.append(span)
    return sorted(taken, key=lambda span: span.start)


def _weight(span: Span) -> float:
    """Score first; a span twice as long as another outweighs a fifth of a point."""
    return span.score + min(span.end - span.start, 40) * 0.012 + _RANK.get(span.type, 3) * 0.02
