"""Rows of a file, drawn by a seed: each as likely as any other, in one pass over the file.

Reservoir sampling: Vitter, Random Sampling with a Reservoir, ACM TOMS 11 (1985), algorithm R.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deid.engine.formats import csv_records, json_pieces, json_text
from deid.engine.formats.encoding import Unreadable
from deid.engine.formats.shards import Plan, plan_of

LONGEST = 4000  # characters of a row that are kept


@dataclass(frozen=True)
class Drawn:
    """`rows` in the order of the file, each with its number from 1; `total` is how many there are.

    `columns` are the names of a CSV file's.
    """

    rows: list[tuple[int, str]]
    total: int
    columns: list[str]


def draw(path: Path, format: str, count: int, seed: int) -> Drawn:
    """`count` rows of the file, all where it has no more. Raises Unreadable, OSError."""
    # Whoever knows the seed shall draw the same.
    chance = random.Random(seed)  # noqa: S311 # nosec B311
    plan = plan_of(path, format)
    if format == "parquet":
        return _of_parquet(path, count, chance)
    held: list[tuple[int, str]] = []
    total = 0
    for total, text in enumerate(_rows(path, plan), 1):
        if len(held) < count:
            held.append((total, text))
        elif (place := chance.randrange(total)) < count:
            held[place] = (total, text)
    cut = [(number, text[:LONGEST]) for number, text in sorted(held)]
    return Drawn(cut, total, plan.fields)


def _rows(path: Path, plan: Plan) -> Iterator[str]:
    """Lines, records or elements that are not empty, without the row of columns' names."""
    with path.open("rb") as file:
        for number, (start, end) in enumerate(plan.shards):
            file.seek(start)
            text = file.read(end - start).decode(plan.encoding)
            for row in _of_shard(plan, number, text):
                row = row.strip("\ufeff\r\n")
                if row.strip():
                    yield row


def _of_shard(plan: Plan, number: int, text: str) -> Iterator[str]:
    start, end = plan.shards[number]
    if plan.format == "csv":
        for record in csv_records.records(text, plan.delimiter):
            if csv_records.cells_of(record, text, plan.delimiter) != plan.fields:
                yield text[record.start : record.end]
    elif plan.format == "json" and plan.is_array and start < plan.text_from:
        is_first, is_last = number == 0, end >= plan.text_from
        for piece, _sound in json_pieces.elements(text, first=is_first, last=is_last):
            yield _element(piece, is_first)
            is_first = False
    elif plan.format == "json":
        yield text
    else:
        for _start, line in json_text.lines(text):
            yield line


def _element(piece: str, is_first: bool) -> str:
    """An element without what the array puts around it."""
    row = piece.strip("\ufeff \t\r\n")
    row = row.removeprefix("[") if is_first else row
    return row[:-1] if row.endswith(",") else row.removesuffix("]").rstrip()


def _of_parquet(path: Path, count: int, chance: random.Random) -> Drawn:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    try:
        with parquet.ParquetFile(path) as file:
            total = file.metadata.num_rows
            wanted = sorted(chance.sample(range(total), min(count, total)))
            return Drawn(list(_taken(file, wanted)), total, [])
    except (arrow.ArrowException, OSError) as error:
        raise Unreadable("parquet") from error


def _taken(file: object, wanted: list[int]) -> Iterator[tuple[int, str]]:
    """The rows of these numbers (from 0), batch by batch."""
    begin, left = 0, list(wanted)
    for batch in file.iter_batches(batch_size=4096):  # type: ignore[attr-defined]
        while left and left[0] < begin + batch.num_rows:
            number = left.pop(0)
            row = batch.slice(number - begin, 1).to_pylist()[0]
            yield number + 1, json.dumps(row, ensure_ascii=False, default=str)[:LONGEST]
        if not left:
            return
        begin += batch.num_rows
