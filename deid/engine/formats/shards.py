"""Cuts files into shards that can be worked on alone: at line ends, at elements, at row groups."""

from __future__ import annotations

import codecs
import json
import mmap
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FORMATS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "csv",
    ".txt": "text", ".md": "markdown", ".markdown": "markdown", ".log": "text", ".text": "text",
    ".parquet": "parquet",
}  # fmt: skip
SMALLEST, LARGEST, SHARDS = 64 * 1024, 4 * 1024 * 1024, 64
ENCODINGS = ("utf-8", "gb18030")
_JSON_SIGNS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_ENDS_LINE = re.compile(rb"\n")
_QUOTE_OR_END = re.compile(rb'["\n]')
BLOCK = 1024 * 1024


class Unreadable(ValueError):
    """A file that is not what its name says; `code` is a word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Plan:
    """How a file is read. Ranges are bytes, of a Parquet file row groups; the same each time."""

    format: str
    encoding: str
    shards: list[tuple[int, int]]
    fields: list[str] = field(default_factory=list)
    delimiter: str = ","
    size: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> Plan:
        return Plan(**{**data, "shards": [tuple(one) for one in data["shards"]]})


def plan_of(path: Path, format: str) -> Plan:
    """The plan of a file. Raises Unreadable."""
    size = path.stat().st_size
    if format == "parquet":
        return _parquet_plan(path, size)
    encoding = encoding_of(path)
    if size == 0:
        return Plan(format, encoding, [], size=0)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if format == "json":
            return Plan(format, encoding, _json_shards(data), size=size)
        if format == "csv":
            return _csv_plan(data, encoding, size, ".tsv" if path.suffix == ".tsv" else "")
        return Plan(format, encoding, _grouped(data, lambda at: _line_end(data, at)), size=size)


def encoding_of(path: Path) -> str:
    """UTF-8, or GB 18030 as Excel writes it in China. Raises Unreadable where it is neither."""
    for encoding in ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while block := file.read(BLOCK):
                    decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable("encoding")


def _target(size: int) -> int:
    return min(max(size // SHARDS, SMALLEST), LARGEST)


def _grouped(data: mmap.mmap, end_after: Callable[[int], int]) -> list[tuple[int, int]]:
    """Ranges of about the target size; `end_after` gives the next place where one may end."""
    target, found, start = _target(len(data)), [], 0
    while start < len(data):
        end = end_after(min(start + target, len(data)))
        found.append((start, end))
        start = end
    return found


def _line_end(data: mmap.mmap, at: int) -> int:
    place = data.find(b"\n", at)
    return len(data) if place < 0 else place + 1


def _csv_plan(data: mmap.mmap, encoding: str, size: int, kind: str) -> Plan:
    """Records may hold line ends within quotes: a line end counts after an even number of them."""
    ends = list(_record_ends(data))
    head = data[: ends[0]].decode(encoding).lstrip("\ufeff")
    delimiter = "\t" if kind == ".tsv" else max(",;\t|", key=head.count)
    fields = [cell.strip().strip('"') for cell in head.rstrip("\r\n").split(delimiter)]
    has_head = all(cell and not re.search(r"[0-9]{5}|@", cell) for cell in fields)
    target, found, start = _target(size), [], ends[0] if has_head else 0
    if has_head:
        found.append((0, ends[0]))
    for end in ends:
        if end - start >= target or (end == ends[-1] and end > start):
            found.append((start, end))
            start = end
    return Plan("csv", encoding, found, fields if has_head else [], delimiter, size)


def _record_ends(data: mmap.mmap) -> Iterator[int]:
    quoted = False
    for match in _QUOTE_OR_END.finditer(data):
        if match[0] == b'"':
            quoted = not quoted
        elif not quoted:
            yield match.end()
    if data[-1:] != b"\n" or quoted:
        yield len(data)


def _json_shards(data: mmap.mmap) -> list[tuple[int, int]]:
    """Of an array groups of elements, with the comma behind; anything else is one shard."""
    target, found, start, depth = _target(len(data)), [], 0, 0
    for match in _JSON_SIGNS.finditer(data):
        sign = match[0]
        if sign in (b"[", b"{"):
            depth += 1
        elif sign in (b"]", b"}"):
            depth -= 1
        elif sign == b"," and depth == 1 and match.end() - start >= target and _is_array(data):
            found.append((start, match.end()))
            start = match.end()
        if depth < 0:
            raise Unreadable("json")
    if depth:
        raise Unreadable("json")
    found.append((start, len(data)))
    if len(found) == 1:
        _check_json(data)
    return found


def _is_array(data: mmap.mmap) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"["


def _check_json(data: mmap.mmap) -> None:
    try:
        json.loads(data[:])
    except (ValueError, RecursionError) as error:
        raise Unreadable("json") from error


def _parquet_plan(path: Path, size: int) -> Plan:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    try:
        with parquet.ParquetFile(path) as file:
            groups, names = file.num_row_groups, file.schema_arrow.names
    except (arrow.ArrowException, OSError) as error:
        raise Unreadable("parquet") from error
    return Plan("parquet", "", [(one, one + 1) for one in range(groups)], list(names), size=size)
