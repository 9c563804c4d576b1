"""JSON, literal by literal: keys and values are replaced where they stand, all else stays."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

_STRING = r'"(?:[^"\\]|\\.)*"'
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_TOKEN = re.compile(rf"({_STRING})|({_NUMBER})|([{{}}\[\]:,])", re.DOTALL)
MIN_DIGITS = 5  # shorter numbers identify nobody
_LONGEST = 40  # exponent up to which a number is written out
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)"
)
_VALUE = -1  # the `owner` of what is no key


@dataclass(frozen=True, slots=True)
class Literal:
    """A value at `start:end` of a document. `path` is its field, such as `messages.content`.

    A key has none: it is read as text. Its `owner` numbers the object that it is a key of.
    """

    start: int
    end: int
    text: str
    path: str
    is_number: bool = False
    owner: int = _VALUE

    @property
    def is_key(self) -> bool:
        return self.owner != _VALUE


def is_json(text: str) -> bool:
    """Whether it is one JSON document (RFC 8259)."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def literals(document: str) -> list[Literal]:
    """Keys, strings and long numbers of a JSON document that is known to be one."""
    found: list[Literal] = []
    stack: list[tuple[str, int]] = []  # '{' or '[', and the object's number
    names: list[str] = []  # the current key of each object on the stack
    expects_key, objects = False, 0
    for match in _TOKEN.finditer(document):
        string, number, sign = match.groups()
        if string is not None:
            text = _decoded(string)
            path, owner = ("", stack[-1][1]) if expects_key else (_path(names), _VALUE)
            if expects_key:
                names[-1] = text
                expects_key = False
            if text:
                found.append(Literal(match.start(), match.end(), text, path, False, owner))
        elif number is not None and sum(one.isdigit() for one in number) >= MIN_DIGITS:
            text = _digits(number)
            found.append(Literal(match.start(), match.end(), text, _path(names), True))
        elif sign in ("{", "["):
            stack.append((sign, objects))
            objects += 1
            names.append("" if sign == "{" else (names[-1] if names else ""))
            expects_key = sign == "{"
        elif sign in ("}", "]") and stack:
            stack.pop()
            names.pop()
            expects_key = False
        elif sign == ",":
            expects_key = bool(stack) and stack[-1][0] == "{"
    return found


def _digits(number: str) -> str:
    """1.38e10 spells what 13800000000 does."""
    if "e" not in number.lower() or abs(int(number.lower().partition("e")[2])) > _LONGEST:
        return number
    return f"{Decimal(number):f}"


def _path(names: Sequence[str]) -> str:
    kept: list[str] = []
    for name in names[-4:]:
        if name and (not kept or kept[-1] != name):
            kept.append(name)
    return ".".join(kept)


def _decoded(literal: str) -> str:
    return str(json.loads(literal, strict=False)) if "\\" in literal else literal[1:-1]


def replaced(document: str, found: Sequence[Literal], texts: Sequence[str]) -> str:
    """The document with other values; whatever did not change stays byte for byte."""
    parts, at = [], 0
    for literal, text in zip(found, apart(found, texts), strict=True):
        if text == literal.text:
            continue
        parts += [document[at : literal.start], _encoded(document, literal, text)]
        at = literal.end
    parts.append(document[at:])
    return "".join(parts)


def apart(found: Sequence[Literal], texts: Sequence[str]) -> Sequence[str]:
    """The texts, but no two keys of one object the same: a number tells them apart."""
    changed = [
        number for number, one in enumerate(found) if one.is_key and texts[number] != one.text
    ]
    if not changed:
        return texts
    taken: dict[int, set[str]] = defaultdict(set)
    for literal, text in zip(found, texts, strict=True):
        if literal.is_key and text == literal.text:
            taken[literal.owner].add(text)
    told = list(texts)
    for number in changed:
        names, count = taken[found[number].owner], 1
        while told[number] in names:
            count += 1
            told[number] = f"{texts[number]}_{count}"
        names.add(told[number])
    return told


def sealed(
    document: str,
    found: Sequence[Literal],
    places: Sequence[Sequence[tuple[int, int, str]]],
    seal: Callable[[str, str], str],
) -> str:
    """The document with (start, end, kind) of each value sealed as they are written in it.

    So opening the tokens in the text, without reading it as JSON, gives back every byte. A sealed
    number becomes a string, whose quotes the token's opening takes away again.
    """
    parts, at = [], 0
    for literal, own in zip(found, places, strict=True):
        if literal.is_number and own:
            whole = document[literal.start : literal.end]
            parts += [document[at : literal.start], '"', seal(f"NUMBER_{own[0][2]}", whole), '"']
            at = literal.end
            continue
        for start, end, kind in own:
            begin = raw_offset(document, literal, start)
            stop = raw_offset(document, literal, end)
            parts += [document[at:begin], seal(kind, document[begin:stop])]
            at = stop
    parts.append(document[at:])
    return "".join(parts)


def _encoded(document: str, literal: Literal, text: str) -> str:
    """A number stays one if it can: no leading zero, no sign but its own."""
    if literal.is_number and re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", text):
        return text
    escaped = "\\u" in document[literal.start : literal.end]
    try:
        text.encode()
    except UnicodeEncodeError:
        escaped = True  # lone surrogates exist in JSON as escapes only
    return json.dumps(text, ensure_ascii=escaped)


def raw_offset(document: str, literal: Literal, offset: int) -> int:
    """Where the character at `offset` of the value stands in the document."""
    if literal.is_number:
        return min(literal.start + offset, literal.end)
    inner = document[literal.start + 1 : literal.end - 1]
    if "\\" not in inner:
        return literal.start + 1 + offset
    at = seen = 0
    while seen < offset and at < len(inner):
        escape = _ESCAPE.match(inner, at)
        at = escape.end() if escape else at + 1
        seen += 1
    return literal.start + 1 + at


def lines(text: str) -> Iterator[tuple[int, str]]:
    """(start, line) of each line, its end with it."""
    at = 0
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        yield at, text[at:end]
        at = end
