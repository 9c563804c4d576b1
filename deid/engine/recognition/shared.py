"""A name that one text gives surely, where it stands in the other texts of a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import ahocorasick

from deid.engine.recognition import types as t
from deid.engine.recognition.chinese import ChineseText
from deid.engine.recognition.lac.tagger import tagger
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.types import Span

SURE = 0.8
_NAMES = {"PER", "nr"}


def share(texts: Sequence[ChineseText], found: Sequence[list[Span]]) -> None:
    """Add to each text's finds the names of the others, where they are names there too."""
    names = ahocorasick.Automaton()
    for text, spans in zip(texts, found, strict=True):
        for span in spans:
            sure = span.score >= SURE and span.level < Recall.HIGH
            if span.type == t.PERSON and sure and span.end - span.start > 1:
                names.add_word(text.text[span.start : span.end], span.end - span.start)
    if not len(names):
        return
    names.make_automaton()
    for text, spans in zip(texts, found, strict=True):
        spans += list(_fitting(text, names))


def _fitting(text: ChineseText, names: ahocorasick.Automaton) -> Iterator[Span]:
    for last, size in names.iter(text.text):
        start, end = last + 1 - size, last + 1
        if _fits(text, start, end):
            yield Span(start, end, t.PERSON, 0.6, "shared")


def _fits(text: ChineseText, start: int, end: int) -> bool:
    """Whole words; in Chinese such as are called a name there, or are no word that is known."""
    written = text.text
    if written[start].isascii() or written[end - 1].isascii():
        before, after = written[start - 1 : start], written[end : end + 1]
        return not any(one.isascii() and one.isalnum() for one in (before, after) if one)
    if not (text.is_edge(start) and text.is_edge(end)):
        return False
    word = text.word_at(start)
    return (word is not None and word.tag in _NAMES) or not tagger().knows(written[start:end])
