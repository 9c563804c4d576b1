"""De-identifies the texts of a call in one of the contract's formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from deid.engine.deidentify import deidentify
from deid.engine.finding import find
from deid.engine.formats import json_text
from deid.engine.policy import Policy
from deid.engine.recognition.types import Span
from deid.engine.replacement.apply import Entity, by_text
from deid.engine.replacement.operators import Keys
from deid.engine.replacement.tokens import seal

FORMATS = ("text", "json", "jsonl", "markdown")
Finder = Callable[..., list[list[Span]]]
# In Markdown < opens HTML and * emphasis: what replaces must be read as it is.
_MARKDOWN = str.maketrans({"<": "‹", ">": "›", "*": "•", "`": "´"})


class FormatError(ValueError):
    """Text `index` is not in the format it is said to be in; `line` counts from 1."""

    def __init__(self, index: int, line: int) -> None:
        super().__init__(f"text {index}, line {line}")
        self.index = index
        self.line = line


@dataclass(frozen=True)
class Outcome:
    """Texts, the mapping in order of first appearance, and where everything stood."""

    texts: list[str]
    mapping: dict[str, str]
    entities: list[Entity]


def run(
    policy: Policy, texts: Sequence[str], keys: Keys, *, format: str = "text",
    locale: str | None = None, finder: Finder = find,
) -> Outcome:  # fmt: skip
    """The texts without personal data. Raises FormatError where JSON is asked for and is none."""
    policy = replace(policy, locale=locale) if locale else policy
    if format in ("json", "jsonl"):
        return _json(policy, texts, keys, format, finder)
    polish = _readable if format == "markdown" and not policy.is_reversible else None
    result = deidentify(policy, texts, keys, spans=finder(policy, texts), polish=polish)
    return Outcome(result.texts, result.mapping, result.entities)


def _readable(made: str) -> str:
    return made.translate(_MARKDOWN)


def _json(policy: Policy, texts: Sequence[str], keys: Keys, format: str, finder: Finder) -> Outcome:
    """All values of all documents are one call, so that one original has one replacement."""
    places: list[tuple[int, int, str, list[json_text.Literal]]] = []
    for index, text in enumerate(texts):
        for start, document in _documents(index, text, format):
            places.append((index, start, document, json_text.literals(document)))
    values = [literal for *_rest, found in places for literal in found]
    strings = [literal.text for literal in values]
    fields = [literal.path for literal in values]
    result = deidentify(policy, strings, keys, spans=finder(policy, strings, fields=fields))
    written = [list[str]() for _ in texts]
    places_of = by_text(result, len(strings))
    entities: list[Entity] = []
    at = 0
    origin: list[tuple[int, int, str, json_text.Literal]] = []
    for index, start, document, found in places:
        new = result.texts[at : at + len(found)]
        at += len(found)
        origin += [(index, start, document, literal) for literal in found]
        if policy.is_reversible:
            made = json_text.sealed(document, found, places_of[at - len(found) : at], _sealer(keys))
        else:
            made = json_text.replaced(document, found, new)
        written[index].append(made)
    for entity in result.entities:
        entities.append(_moved(entity, *origin[entity.text_index]))
    return Outcome(["".join(parts) for parts in written], result.mapping, entities)


def _documents(index: int, text: str, format: str) -> list[tuple[int, str]]:
    """(start, document): the whole text, or each line of it."""
    if format == "json":
        if not json_text.is_json(text):
            raise FormatError(index, 1)
        return [(0, text)]
    found = list(json_text.lines(text))
    for number, (_start, line) in enumerate(found, 1):
        if line.strip() and not json_text.is_json(line):
            raise FormatError(index, number)
    return found


def _moved(
    entity: Entity, index: int, start: int, document: str, literal: json_text.Literal
) -> Entity:
    begin = start + json_text.raw_offset(document, literal, entity.start)
    end = start + json_text.raw_offset(document, literal, entity.end)
    return replace(entity, text_index=index, start=begin, end=end)


def _sealer(keys: Keys) -> Callable[[str, str], str]:
    return lambda kind, original: seal(keys.named, kind, original)
