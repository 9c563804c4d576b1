"""Rows of a shard: the texts in each, and the row again with others in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from deid.engine.formats import json_text
from deid.engine.formats.shards import Plan

BLOCK = 2000  # characters of running text that are read together


Places = Sequence[Sequence[tuple[int, int, str]]]
Seal = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Row:
    """`write` makes the row of as many texts as `texts` has. `broken`: not what it should be."""

    texts: list[str]
    fields: list[str]
    write: Callable[[Sequence[str]], str]
    seal: Callable[[Places, Seal], str]
    """The row with places of each text sealed as they are written, to be opened byte for byte."""
    lines: int = 1
    broken: bool = False


def rows(plan: Plan, text: str, first: bool) -> Iterator[Row]:
    """The rows of a shard. `first`: whether it begins the file."""
    if plan.format == "jsonl":
        yield from (_json_line(line) for _start, line in json_text.lines(text))
    elif plan.format == "json":
        yield from (_json_row(part) for part in _elements(text))
    elif plan.format == "csv":
        if first and plan.fields:
            yield _kept(text)
        else:
            yield from _records(text, plan)
    else:
        yield from _blocks(text)


def _kept(text: str) -> Row:
    return Row([], [], lambda _new: text, lambda _places, _seal: text, text.count("\n"))


def _json_line(line: str) -> Row:
    if not line.strip():
        return _kept(line)
    if not json_text.is_json(line.lstrip("\ufeff")):
        return _plain(line, broken=True)
    return _json_row(line)


def _json_row(document: str) -> Row:
    found = json_text.literals(document)
    return Row(
        [literal.text for literal in found],
        [literal.path for literal in found],
        lambda new: json_text.replaced(document, found, new),
        lambda places, seal: json_text.sealed(document, found, places, seal),
        max(document.count("\n"), 1),
    )


def _plain(text: str, *, broken: bool = False) -> Row:
    body = text.rstrip("\r\n")
    end = text[len(body) :]
    return Row(
        [body], [""], lambda new: new[0] + end,
        lambda places, seal: _sealed(body, places[0], seal) + end,
        max(text.count("\n"), 1), broken,
    )  # fmt: skip


def _sealed(text: str, places: Sequence[tuple[int, int, str]], seal: Seal) -> str:
    parts, at = [], 0
    for start, end, kind in places:
        parts += [text[at:start], seal(kind, text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


def _blocks(text: str) -> Iterator[Row]:
    """Running text in pieces of whole lines: a name is known in all of its piece."""
    held: list[str] = []
    size = 0
    for _start, line in json_text.lines(text):
        if held and (size + len(line) > BLOCK or not line.strip()):
            yield _plain("".join(held))
            held, size = [], 0
        held.append(line)
        size += len(line)
    if held:
        yield _plain("".join(held))


_SIGNS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)


def _elements(text: str) -> Iterator[str]:
    """The elements of a stretch of a JSON array, each with the comma behind it."""
    start, depth = 0, 0
    base = 1 if text.lstrip("\ufeff \t\r\n").startswith("[") else 0
    for match in _SIGNS.finditer(text):
        if match[0] in ("[", "{"):
            depth += 1
        elif match[0] in ("]", "}"):
            depth -= 1
        elif match[0] == "," and depth == base:
            yield text[start : match.end()]
            start = match.end()
    if start < len(text):
        yield text[start:]


_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def _records(text: str, plan: Plan) -> Iterator[Row]:
    plain = re.compile(rf"[^{re.escape(plan.delimiter)}\r\n]*")
    at = 0
    while at < len(text):
        cells: list[tuple[int, int]] = []
        start = at
        while True:
            quoted = _QUOTED.match(text, at)
            match = quoted or plain.match(text, at)
            end = match.end() if match else at
            cells.append((at, end))
            at = end
            if text[at : at + 1] != plan.delimiter:
                break
            at += 1
        rest = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)?").match(text, at)
        at = rest.end() if rest and rest.end() > at else max(at, start + 1)
        yield _record(text[start:at], [(a - start, b - start) for a, b in cells], plan)


def _record(record: str, cells: list[tuple[int, int]], plan: Plan) -> Row:
    raw = [record[start:end] for start, end in cells]
    texts = [one[1:-1].replace('""', '"') if _is_quoted(one) else one for one in raw]
    names = plan.fields if len(plan.fields) == len(texts) else [""] * len(texts)

    def write(new: Sequence[str]) -> str:
        parts, at = [], 0
        for (start, end), old, old_raw, text in zip(cells, texts, raw, new, strict=True):
            parts += [record[at:start], old_raw if text == old else _cell(text, old_raw, plan)]
            at = end
        return "".join([*parts, record[at:]])

    def sealing(places: Places, seal: Seal) -> str:
        """Whole cells: within one, quotes are doubled, and a place in it is not where it seems."""
        parts, at = [], 0
        for (start, end), own in zip(cells, places, strict=True):
            if own:
                parts += [record[at:start], seal(own[0][2], record[start:end])]
                at = end
        return "".join([*parts, record[at:]])

    return Row(texts, names, write, sealing, max(record.count("\n"), 1))


def _is_quoted(cell: str) -> bool:
    return len(cell) >= 2 and cell[0] == cell[-1] == '"'


def _cell(text: str, old: str, plan: Plan) -> str:
    if _is_quoted(old) or any(sign in text for sign in (plan.delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text
