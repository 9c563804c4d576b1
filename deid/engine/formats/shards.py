"""Cuts files into shards that can be worked on alone: at line ends, at elements, at row groups."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from deid.engine.formats import csv_records, json_pieces
from deid.engine.formats.encoding import Unreadable, encoding_of

FORMATS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "csv",
    ".txt": "text", ".md": "markdown", ".markdown": "markdown", ".log": "text", ".text": "text",
    ".parquet": "parquet",
}  # fmt: skip
SMALLEST, LARGEST, SHARDS = 64 * 1024, 4 * 1024 * 1024, 64
READER = 2  # how files are read: what was done by another reader is done anew


@dataclass(frozen=True)
class Plan:
    """How a file is read. Ranges are bytes, of a Parquet file row groups; the same each time.

    `fields` are the columns of a CSV file. `is_array` and `text_from` are of JSON: whether its
    elements are rows, and from which byte on it is none and read as text.
    """

    format: str
    encoding: str
    shards: list[tuple[int, int]]
    fields: list[str] = field(default_factory=list)
    delimiter: str = ","
    size: int = 0
    is_array: bool = False
    text_from: int = 0
    reader: int = READER

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> Plan:
        return Plan(**{**data, "shards": [tuple(one) for one in data["shards"]]})


def plan_of(path: Path, format: str, target: int = 0) -> Plan:
    """The plan of a file, in shards of about `target` bytes. Raises Unreadable."""
    size = path.stat().st_size
    if format == "parquet":
        return _parquet_plan(path, size)
    encoding = encoding_of(path)
    if size == 0:
        return Plan(format, encoding, [], size=0)
    target = target or min(max(size // SHARDS, SMALLEST), LARGEST)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if format == "json":
            return _json_plan(data, encoding, target)
        if format == "csv":
            delimiter, names = csv_records.dialect(data, encoding, path.suffix.lower())
            found = list(csv_records.shards(data, encoding, delimiter, target))
            return Plan("csv", encoding, found, names, delimiter, size)
        return Plan(format, encoding, list(_lines(data, 0, target)), size=size)


def _lines(data: mmap.mmap, start: int, target: int) -> Iterator[tuple[int, int]]:
    while start < len(data):
        end = csv_records.line_end(data, min(start + target, len(data)))
        yield start, end
        start = end


def _json_plan(data: mmap.mmap, encoding: str, target: int) -> Plan:
    layout = json_pieces.layout(data, encoding, target)
    found = [*layout.shards, *_lines(data, layout.text_from, target)]
    return Plan(
        "json", encoding, found, size=len(data), is_array=layout.is_array,
        text_from=layout.text_from,
    )  # fmt: skip


def _parquet_plan(path: Path, size: int) -> Plan:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    try:
        with parquet.ParquetFile(path) as file:
            groups = file.num_row_groups
    except (arrow.ArrowException, OSError) as error:
        raise Unreadable("parquet") from error
    ranges = [(one, one + 1) for one in range(groups)]
    return Plan("parquet", "", ranges or [(0, 0)], size=size)  # names of columns are read always
