"""Writes texts anew: every original replaced wherever it stands in its text, none left there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import ahocorasick

from deid.engine.recognition import types as t
from deid.engine.recognition.types import Span
from deid.engine.replacement.operators import Operators
from deid.engine.replacement.surrogates import normalised
from deid.engine.replacement.tokens import TOKEN

ROUNDS = 12  # of looking for originals in the output; each time other surrogates are taken
TRIES = 40  # of finding a surrogate that nobody has
SAFE = "■□▪▫"


@dataclass(frozen=True)
class Entity:
    """One place in a text, as the API shows it. Offsets are code points of the source."""

    text_index: int
    start: int
    end: int
    type: str
    original: str
    replacement: str
    score: float


@dataclass
class Result:
    """`mapping` is in order of first appearance."""

    texts: list[str]
    mapping: dict[str, str]
    entities: list[Entity] = field(default_factory=list)


class Replacer:
    """Replaces within one call: one original, one replacement, and no two originals one.

    What is found in a text is replaced wherever it stands again in that text, not in another: a
    word that is a name here may be a word there, and one wrong find would spread over all.
    """

    def __init__(self, operators: Operators) -> None:
        self._operators = operators

    def run(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]],
        groups: Sequence[int] | None = None,
    ) -> Result:
        """The texts without the originals at `spans`, nor anywhere else in texts of their group.

        Pieces of one document, or of one row, are a group; without `groups` each text is its own.
        """
        groups = groups if groups is not None else range(len(texts))
        table = Table(self._operators, texts, spans)
        own_words = _automatons(texts, spans, groups)
        searched = [own_words[group] for group in groups]
        places = [
            sorted([*own, *_elsewhere(table, words, text, own)], key=lambda span: span.start)
            for words, text, own in zip(searched, texts, spans, strict=True)
        ]
        written = [_written(text, own, table) for text, own in zip(texts, places, strict=True)]
        for _ in range(ROUNDS):
            left = any(_places(*one) for one in zip(searched, written, strict=True))
            if not left or not table.change():
                break
            written = [_written(text, own, table) for text, own in zip(texts, places, strict=True)]
        cleaned = [_hidden(*one) for one in zip(searched, written, strict=True)]
        return Result(cleaned, table.mapping, _entities(texts, places, table))


class Table:
    """Originals with their types and replacements."""

    def __init__(
        self, operators: Operators, texts: Sequence[str], spans: Sequence[Sequence[Span]],
    ) -> None:  # fmt: skip
        self._operators = operators
        self._subject = _subject(texts, spans)
        self._types: dict[str, str] = {}
        for text, own in zip(texts, spans, strict=True):
            for span in own:
                self._types.setdefault(text[span.start : span.end], span.type)
        self._counters = dict.fromkeys(self._types, 0)
        self._source = texts
        self.mapping: dict[str, str] = {}
        self.automaton = automaton_of(self._types)
        self._assign(list(self._types))

    def type_of(self, original: str) -> str:
        return self._types[original]

    def change(self) -> bool:
        """Other surrogates for whatever can have them: an original came up by chance."""
        able = [one for one, kind in self._types.items() if not self._operators.is_fixed(kind)]
        for original in able:
            self._counters[original] += 1
        self._assign(able)
        return bool(able)

    def _assign(self, originals: list[str]) -> None:
        """Replacements that stand neither in the sources nor for something else."""
        for _ in range(TRIES):
            if not originals:
                return
            for original in originals:
                self.mapping[original] = self._operators.replacement(
                    self._types[original], original, subject=self._subject,
                    counter=self._counters[original],
                )  # fmt: skip
            originals = self._clashing(originals)
            for original in originals:
                self._counters[original] += 1

    def _clashing(self, originals: list[str]) -> list[str]:
        able = [one for one in originals if not self._operators.is_fixed(self._types[one])]
        owners: dict[str, str] = {}
        for original, made in self.mapping.items():
            owners.setdefault(made, self._owner(original))
        present = self._in_sources({self.mapping[one] for one in able})
        return [
            one
            for one in able
            if (made := self.mapping[one]) in present
            or owners[made] != self._owner(one)
            or next(self.automaton.iter(made), None) is not None
        ]

    def _owner(self, original: str) -> str:
        kind = self._types[original]
        return f"{kind}|{normalised(kind, original)}"

    def _in_sources(self, made: set[str]) -> set[str]:
        """Which of these stand in a source: one pass over all."""
        automaton = automaton_of(one for one in made if one)
        if automaton is None:
            return set()
        return {name for text in self._source for _last, name in automaton.iter(text)}


def automaton_of(words: Iterable[str]) -> Any:
    """Finds all of the words in one pass; None where there are none."""
    automaton = ahocorasick.Automaton()
    for word in words:
        automaton.add_word(word, word)
    if not len(automaton):
        return None
    automaton.make_automaton()
    return automaton


def _subject(texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> str:
    """Whose data it is: the first person named; without one nobody's."""
    for text, own in zip(texts, spans, strict=True):
        for span in own:
            if span.type == t.PERSON:
                return normalised(t.PERSON, text[span.start : span.end])
    return ""


def _automatons(
    texts: Sequence[str], spans: Sequence[Sequence[Span]], groups: Sequence[int]
) -> dict[int, Any]:
    """Of each group one that finds its originals."""
    words: dict[int, set[str]] = {group: set() for group in groups}
    for text, own, group in zip(texts, spans, groups, strict=True):
        words[group].update(text[span.start : span.end] for span in own)
    return {group: automaton_of(sorted(own)) for group, own in words.items()}


def _elsewhere(table: Table, words: Any, text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Originals that stand where no recogniser found them: the longest first, none over another."""
    if words is None:
        return
    taken = bytearray(len(text) + 1)
    for span in spans:
        taken[span.start : span.end] = b"\1" * (span.end - span.start)
    found = sorted(
        ((last + 1 - len(name), last + 1) for last, name in words.iter(text)),
        key=lambda place: (place[0] - place[1], place[0]),
    )
    for start, end in found:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            yield Span(start, end, table.type_of(text[start:end]), 0.5, "repeated")


def _written(text: str, spans: Sequence[Span], table: Table) -> str:
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], table.mapping[text[span.start : span.end]]]
        at = span.end
    parts.append(text[at:])
    return "".join(parts)


def _hidden(words: Any, text: str) -> str:
    """The last resort, where neighbours together spell an original: squares in its place."""
    for sign in SAFE:
        places = _places(words, text)
        if not places:
            return text
        characters = list(text)
        for start, end in places:
            characters[start:end] = sign * (end - start)
        text = "".join(characters)
    return text


def _places(words: Any, text: str) -> list[tuple[int, int]]:
    """Where originals stand in an output. What chance spells inside a sealed token is none."""
    if words is None:
        return []
    found = [(last + 1 - len(name), last + 1) for last, name in words.iter(text)]
    if found and "[[" in text:
        tokens = [match.span() for match in TOKEN.finditer(text)]
        found = [
            (start, end)
            for start, end in found
            if not any(start < stop and begin < end for begin, stop in tokens)
        ]
    return found


def _entities(texts: Sequence[str], places: Sequence[Sequence[Span]], table: Table) -> list[Entity]:
    return [
        Entity(
            number, span.start, span.end, span.type, text[span.start : span.end],
            table.mapping[text[span.start : span.end]], round(min(span.score, 1.0), 2),
        )
        for number, (text, own) in enumerate(zip(texts, places, strict=True))
        for span in own
    ]  # fmt: skip


def by_text(result: Result, count: int) -> list[list[tuple[int, int, str]]]:
    """(start, end, type) of what was replaced in each text."""
    found: list[list[tuple[int, int, str]]] = [[] for _ in range(count)]
    for entity in result.entities:
        found[entity.text_index].append((entity.start, entity.end, entity.type))
    return found
