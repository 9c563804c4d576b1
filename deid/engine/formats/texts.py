"""De-identifies the texts of a call in one of the contract's formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from deid.engine.deidentify import deidentify
from deid.engine.finding import find
from deid.engine.formats import json_text
from deid.engine.formats.names import to_replace
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
    locale: str | None = None, consistent: bool = False, finder: Finder = find,
) -> Outcome:  # fmt: skip
    """The texts without personal data. Raises FormatError where JSON is asked for and is none.

    `consistent`: a name of one text counts in the others too, whatever the policy says of that.
    """
    policy = replace(policy, locale=locale) if locale else policy
    policy = replace(policy, consistent=True) if consistent else policy
    if format in ("json", "jsonl"):
        return _json(policy, texts, keys, format, finder)
    polish = _readable if format == "markdown" and not policy.is_reversible else None
    result = deidentify(policy, texts, keys, spans=finder(policy, texts), polish=polish)
    return Outcome(result.texts, result.mapping, result.entities)


def _readable(made: str) -> str:
    return made.translate(_MARKDOWN)


def _json(policy: Policy, texts: Sequence[str], keys: Keys, format: str, finder: Finder) -> Outcome:
    """All texts of all documents are one call, so that one original has one replacement."""
    places: list[tuple[int, int, str, list[json_text.Literal]]] = []
    for index, text in enumerate(texts):
        for start, document in _documents(index, text, format):
            places.append((index, start, document, json_text.literals(document)))
    values = [literal for *_rest, found in places for literal in found]
    document_of = [number for number, place in enumerate(places) for _one in place[3]]
    strings = [literal.text for literal in values]
    spans = finder(policy, strings, fields=[literal.path for literal in values])
    names = {number for number, literal in enumerate(values) if literal.is_key}
    chosen = to_replace(strings, spans, names)
    result = deidentify(
        policy, [strings[number] for number in chosen], keys,
        spans=[spans[number] for number in chosen], groups=[document_of[n] for n in chosen],
    )  # fmt: skip
    made = dict(zip(chosen, result.texts, strict=True))
    stood = dict(zip(chosen, by_text(result, len(chosen)), strict=True))
    written = [list[str]() for _ in texts]
    origin: list[tuple[int, int, str, json_text.Literal]] = []
    for index, start, document, found in places:
        numbers = range(len(origin), len(origin) + len(found))
        origin += [(index, start, document, literal) for literal in found]
        if policy.is_reversible:
            own = [stood.get(number, []) for number in numbers]
            written[index].append(json_text.sealed(document, found, own, _sealer(keys)))
        else:
            new = [made.get(number, strings[number]) for number in numbers]
            written[index].append(json_text.replaced(document, found, new))
    entities = [_moved(entity, *origin[chosen[entity.text_index]]) for entity in result.entities]
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
