"""Rows of a shard: the texts in each, and the row again with others in their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deid.engine.formats import csv_records, json_pieces, json_text
from deid.engine.formats.broken import broken_json, broken_rows
from deid.engine.formats.row import Places, Row, Seal, sealed_text
from deid.engine.formats.shards import Plan

BLOCK = 2000  # characters of running text that are read together
BOM = "\ufeff"


def rows(plan: Plan, text: str, number: int) -> Iterator[Row]:
    """The rows of a shard: every character stands in one of them."""
    if plan.format == "jsonl":
        for start, line in json_text.lines(text):
            yield from _json_line(line, is_first=number == 0 and start == 0)
    elif plan.format == "json":
        yield from _json(plan, text, number)
    elif plan.format == "csv":
        yield from _records(text, plan, is_first=number == 0)
    else:
        yield from _blocks(text)


def _json_line(line: str, *, is_first: bool) -> Iterator[Row]:
    document = line.removeprefix(BOM) if is_first else line
    if not document.strip():
        yield _kept(line)
    elif json_pieces.is_sound(document.strip(" \t\r\n")):
        yield _json_row(line)
    else:
        yield from broken_json(line)


def _kept(text: str) -> Row:
    return Row([], [], lambda _new: text, lambda _places, _seal: text, text.count("\n"))


def _json(plan: Plan, text: str, number: int) -> Iterator[Row]:
    start, end = plan.shards[number]
    if start >= plan.text_from:
        yield from broken_json(text)
        return
    if plan.is_array:
        is_last = end >= plan.text_from
        pieces = json_pieces.elements(text, first=number == 0, last=is_last)
    else:
        pieces = iter([(text, json_pieces.is_sound(text.removeprefix(BOM).strip(" \t\r\n")))])
    for piece, is_sound in pieces:
        if is_sound:
            yield _json_row(piece)
        else:
            yield from broken_json(piece)


def _json_row(document: str) -> Row:
    found = json_text.literals(document)
    return Row(
        [literal.text for literal in found],
        [literal.path for literal in found],
        lambda new: json_text.replaced(document, found, new),
        lambda places, seal: json_text.sealed(document, found, places, seal),
        document.count("\n"),
        names=frozenset(number for number, literal in enumerate(found) if literal.is_key),
    )


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


def _plain(text: str) -> Row:
    body = text.rstrip("\r\n")
    end = text[len(body) :]
    return Row(
        [body], [""], lambda new: new[0] + end,
        lambda places, seal: sealed_text(body, places[0], seal) + end,
        text.count("\n"),
    )  # fmt: skip


def _records(text: str, plan: Plan, *, is_first: bool) -> Iterator[Row]:
    begin = int(is_first and text.startswith(BOM))
    if begin and len(text) == begin:
        yield _kept(text)
    columns = [name.rstrip(" :：*") for name in plan.fields]
    names = [] if is_first else columns  # what stands before the row of names is of no column
    for record in csv_records.records(text, plan.delimiter, begin):
        is_head = csv_records.cells_of(record, text, plan.delimiter) == plan.fields
        start = 0 if record.start == begin else record.start
        yield from _record(text[start : record.end], start, record, [] if is_head else names, plan)
        names = columns if is_head else names


def _record(
    whole: str, start: int, record: csv_records.Record, names: Sequence[str], plan: Plan
) -> Iterator[Row]:
    if record.broken:

        def hints(lines: Sequence[str]) -> list[tuple[str, str]]:
            cells = (csv_records.split(line, plan.delimiter) for line in lines)
            pairs = (pair for own in cells for pair in zip(own, names, strict=False))
            return [(cell, name) for cell, name in pairs if cell and name]

        yield from broken_rows(whole, hints)
    else:
        cells = [(a - start, b - start) for a, b in record.cells]
        yield _cells_row(whole, cells, names, plan.delimiter)


def _cells_row(
    record: str, cells: Sequence[tuple[int, int]], names: Sequence[str], delimiter: str
) -> Row:
    raw = [record[start:end] for start, end in cells]
    texts = [csv_records.value(one) for one in raw]
    fields = [*names[: len(texts)], *[""] * (len(texts) - len(names))]

    def write(new: Sequence[str]) -> str:
        parts, at = [], 0
        for (start, end), old, old_raw, text in zip(cells, texts, raw, new, strict=True):
            made = old_raw if text == old else csv_records.written(text, old_raw, delimiter)
            parts += [record[at:start], made]
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

    return Row(texts, fields, write, sealing, record.count("\n"))
