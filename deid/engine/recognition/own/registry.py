"""An operator's recognisers, read by Presidio's registry and asked in linear time.

Presidio runs patterns by backtracking, with a time limit after which a pattern finds nothing; what
decides here about personal data may not give up. So their patterns run in RE2, and one that RE2
does not read is refused when the file is checked.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick
import re2

from deid.engine.recognition import types as t
from deid.engine.recognition.linear import linear
from deid.engine.recognition.own.form import Entry, RecognizerError, entries_of
from deid.engine.recognition.types import THRESHOLD, Span

# Presidio's names of what has a name of ours.
KINDS = {
    "CREDIT_CARD": t.BANK_CARD, "NRP": t.CUSTOM, "CRYPTO": t.SECRET, "US_PASSPORT": t.PASSPORT,
    "IN_PASSPORT": t.PASSPORT, "UK_PASSPORT": t.PASSPORT, "IT_PASSPORT": t.PASSPORT,
}  # fmt: skip
LIFT, REACH = 0.35, 40  # of a find near its context, as Presidio lifts it; characters before it
_FLAGS = ((re.IGNORECASE, "i"), (re.MULTILINE, "m"), (re.DOTALL, "s"))
_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Offer:
    """What a policy is told of a recogniser: what it looks for, and whether all policies ask it."""

    kinds: frozenset[str]
    enabled: bool


@dataclass(frozen=True)
class Failure:
    """A test of the file that does not hold: what was found in its text instead."""

    name: str
    text: str
    wanted: tuple[str, ...]
    found: tuple[str, ...]


class Asked:
    """One recogniser of Presidio's for one language, its patterns compiled by RE2."""

    def __init__(self, recognizer: Any) -> None:
        self.name = str(recognizer.name)
        self.kinds = frozenset(KINDS.get(one, one) for one in recognizer.supported_entities)
        self._kind = next(iter(self.kinds))
        self._recognizer = recognizer
        flags = "".join(letter for flag, letter in _FLAGS if recognizer.global_regex_flags & flag)
        words = {"deny_list"} if recognizer.deny_list else set()
        self._patterns = [
            (_compiled(f"(?{flags}){one.regex}" if flags else one.regex, self.name), one.score)
            for one in recognizer.patterns
            if one.name not in words
        ]
        self._words = _automaton(recognizer.deny_list)
        self._words_score = float(recognizer.deny_list_score)
        self._context = _automaton(recognizer.context or [])

    def find(self, text: str) -> Iterator[Span]:
        lower = text.lower()
        if len(lower) != len(text):  # İ becomes two: then only what is written as listed
            lower = text
        near = [place for place, _end in _standing(self._context, lower)]
        for start, end, score in self._raw(text, lower):
            if any(0 <= start - place <= REACH for place in near):
                score = max(min(score + LIFT, 1.0), THRESHOLD)
            yield Span(start, end, self._kind, score, self.name[:60])

    def _raw(self, text: str, lower: str) -> Iterator[tuple[int, int, float]]:
        for pattern, score in self._patterns:
            for match in pattern.finditer(text):
                sure = self._checked(match[0], score) if match[0] else 0.0
                if sure:
                    yield match.start(), match.end(), sure
        for start, end in _standing(self._words, lower):
            yield start, end, self._words_score

    def _checked(self, found: str, score: float) -> float:
        """As Presidio has it: a check decides, one way or the other."""
        valid = self._recognizer.validate_result(found)
        if valid is False or self._recognizer.invalidate_result(found):
            return 0.0
        return 1.0 if valid else float(score)


class Registered:
    """All of a file. Making one loads Presidio (a second). Raises RecognizerError."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.entries = entries_of(document)
        self._asked = [Asked(one) for one in _presidio(document, self.entries)]
        missing = {one.name for one in self.entries} - {one.name for one in self._asked}
        if missing:
            raise RecognizerError(f"{sorted(missing)}: no language that they are for")

    @property
    def offers(self) -> dict[str, Offer]:
        return {
            entry.name: Offer(
                frozenset().union(*(one.kinds for one in self._asked if one.name == entry.name)),
                entry.enabled,
            )
            for entry in self.entries
        }

    def find(self, texts: Sequence[str], names: Collection[str]) -> list[list[Span]]:
        """What the recognisers of these names find in each text; languages are mixed in them."""
        asked = [one for one in self._asked if one.name in names]
        found = []
        for text in texts:
            whole = _HALVES.sub("\ufffd", text)  # RE2 reads UTF-8, which has no half characters
            found.append([span for one in asked for span in one.find(whole)])
        return found

    def failures(self) -> Iterator[Failure]:
        """Tests of the file that do not hold."""
        for entry in self.entries:
            for example in entry.examples:
                spans = self.find([example.text], {entry.name})[0]
                sure = [one for one in spans if one.score >= THRESHOLD]
                found = {example.text[one.start : one.end] for one in sure}
                if found != set(example.found):
                    yield Failure(entry.name, example.text, example.found, tuple(sorted(found)))


@lru_cache(maxsize=4)
def registered(document: str) -> Registered:
    """The recognisers of a file's content (JSON); once in each process. Raises RecognizerError."""
    return Registered(json.loads(document))


def _presidio(document: Mapping[str, Any], entries: Sequence[Entry]) -> list[Any]:
    """Presidio's recognisers of the entries; patterns only, for whatever else runs elsewhere."""
    from presidio_analyzer import PatternRecognizer
    from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

    configuration = {
        "supported_languages": _languages(document),
        "global_regex_flags": document.get("global_regex_flags", 26),
        "recognizers": [dict(entry.form) for entry in entries],
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            provider = RecognizerRegistryProvider(registry_configuration=configuration)
            recognizers = provider.create_recognizer_registry().recognizers
    except Exception as error:  # of pydantic, of regex, of its own: whatever a file brings about
        raise RecognizerError(f"{error} {error.__cause__ or ''}".strip()) from error
    for one in recognizers:
        if not isinstance(one, PatternRecognizer) or type(one).analyze != PatternRecognizer.analyze:
            raise RecognizerError(
                f"{type(one).__name__}: only recognisers by patterns; DEID_MODEL names a model"
            )
    return list(recognizers)


def _languages(document: Mapping[str, Any]) -> list[str]:
    """All that the file speaks of: a text here may be in any."""
    found = dict.fromkeys(document.get("supported_languages") or ["en", "zh"])
    for one in document["recognizers"]:
        if isinstance(one, dict):
            own = one.get("supported_languages") or []
            found |= dict.fromkeys(
                each["language"] if isinstance(each, dict) else each for each in own
            )
            found |= dict.fromkeys(filter(None, [one.get("supported_language")]))
    return list(found)


def _compiled(pattern: str, name: str) -> Any:
    try:
        return linear(pattern)
    except re2.error as error:
        raise RecognizerError(f"{name}: RE2 does not read {pattern}: {error}") from error


def _automaton(words: Sequence[str]) -> Any:
    automaton = ahocorasick.Automaton()
    for word in words:
        if word.strip():
            automaton.add_word(word.lower(), len(word.lower()))
    if len(automaton):
        automaton.make_automaton()
    return automaton


def _standing(automaton: Any, lower: str) -> Iterator[tuple[int, int]]:
    """Where its words stand, Latin ones not inside longer ones."""
    if not len(automaton):
        return
    for last, size in automaton.iter(lower):
        start, end = last + 1 - size, last + 1
        if not (_joins(lower, start - 1, start) or _joins(lower, last, end)):
            yield start, end


def _joins(text: str, left: int, right: int) -> bool:
    """Whether two letters or digits of Latin script stand side by side."""
    if left < 0 or right >= len(text):
        return False
    return all(one.isalnum() and one.isascii() for one in (text[left], text[right]))
