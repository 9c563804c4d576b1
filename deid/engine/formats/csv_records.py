"""Records of CSV as Python's `csv` module sees them (its "excel" dialect), with their places."""

from __future__ import annotations

import mmap
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

LIMIT = 131_072  # characters of a cell, as the csv module has it: more is no cell
DELIMITERS = ",;\t|"
BOM = "\ufeff"
_SAMPLE_RECORDS, _SAMPLE_BYTES = 20, 256 * 1024
_QUOTED = re.compile(r'"(?:[^"]++|"")*+"')
_LINE_END = re.compile(r"\r\n|\n|\r")
_REST_OF_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\n|\r)?")
# A number, a date, a sentence: what is in a row of data or in a comment, but names no column.
_NO_NAME = re.compile(r"[0-9]{5}|@|：\S|: \S|^(?:#|//) |^[0-9\s.:/-]+$")


@dataclass(frozen=True, slots=True)
class Record:
    """`text[start:end]`, its line end with it. A broken one has no cells that could be trusted.

    `is_open`: a quote in it is closed nowhere in the text that was looked at.
    """

    start: int
    end: int
    cells: list[tuple[int, int]]
    broken: bool = False
    is_open: bool = False


@lru_cache(maxsize=8)
def _plain(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf"[^{re.escape(delimiter)}\r\n]*+")


def records(text: str, delimiter: str, at: int = 0) -> Iterator[Record]:
    """All records from `at` on; every character is in one of them."""
    while at < len(text):
        record = _record(text, at, delimiter)
        yield record
        at = record.end


def _record(text: str, start: int, delimiter: str) -> Record:
    plain = _plain(delimiter)
    cells: list[tuple[int, int]] = []
    at, broken = start, False
    while True:
        end = at
        if text.startswith('"', at):
            quoted = _QUOTED.match(text, at)
            if quoted is None or quoted.end() - at > LIMIT:
                return _without_end(text, start, at, quoted is None)
            end = quoted.end()
            broken = broken or text[end : end + 1] not in ("", delimiter, "\r", "\n")
        end = plain.match(text, end).end()  # type: ignore[union-attr] # it matches nothing too
        broken = broken or end - at > LIMIT
        cells.append((at, end))
        at = end
        if not text.startswith(delimiter, at):
            break
        at += len(delimiter)
    line_end = _LINE_END.match(text, at)
    return Record(start, line_end.end() if line_end else at, cells, broken)


def _without_end(text: str, start: int, quote: int, is_open: bool) -> Record:
    """A quote that is not closed within a cell's limit: as far as the csv module would look."""
    if len(text) - quote <= LIMIT:
        return Record(start, len(text), [], True, is_open)
    rest = _REST_OF_LINE.match(text, quote + LIMIT)
    return Record(start, rest.end() if rest else len(text), [], True)


def value(raw: str) -> str:
    """What a cell says, without its quotes."""
    is_quoted = len(raw) >= 2 and raw[0] == raw[-1] == '"'
    return raw[1:-1].replace('""', '"') if is_quoted else raw


def cells_of(record: Record, text: str, delimiter: str) -> list[str]:
    """What the cells say; of a broken record what those of its first line may say."""
    if not record.broken:
        return [value(text[start:end]).strip() for start, end in record.cells]
    return split(text[record.start : record.end].splitlines()[0], delimiter)


def split(line: str, delimiter: str) -> list[str]:
    """What may be cells of a line that is broken."""
    return [cell.strip().strip('"').strip() for cell in line.split(delimiter)]


def written(text: str, old: str, delimiter: str) -> str:
    """A cell in the place of `old`, in quotes where that was or where it needs them."""
    if old.startswith('"') or any(sign in text for sign in (delimiter, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def dialect(data: mmap.mmap, encoding: str, suffix: str) -> tuple[str, list[str]]:
    """The delimiter, and the columns' names; none where no first row looks like names."""
    cut = line_end(data, min(_SAMPLE_BYTES, len(data)))
    sample = data[:cut].decode(encoding).removeprefix(BOM)
    if suffix == ".tsv":
        return "\t", _names(*_rows(sample, "\t"))
    seen = [(_rows(sample, one), one) for one in DELIMITERS]
    (rows, width), delimiter = max(seen, key=lambda one: _evenness(*one[0]))
    return delimiter, _names(rows, width)


def _evenness(rows: list[list[str]], width: int) -> tuple[int, int]:
    return sum(len(row) == width > 1 for row in rows), width


def _rows(sample: str, delimiter: str) -> tuple[list[list[str]], int]:
    """The first rows, and how many cells most of them have."""
    rows: list[list[str]] = []
    for record in records(sample, delimiter):
        cells = cells_of(record, sample, delimiter)
        if any(cells):
            rows.append(cells)
        if len(rows) == _SAMPLE_RECORDS:
            break
    widths = Counter(len(row) for row in rows)
    first = len(rows[0]) if rows else 0
    return rows, max(widths, key=lambda one: (widths[one], one == first, one), default=0)


def _names(rows: list[list[str]], width: int) -> list[str]:
    """The first row that could be one of names: a title or comments may stand before it.

    Most of its cells say something, but for the first above the numbers of the rows.
    """
    full = (row for row in rows if (sum(map(bool, row)) + (not row[0])) * 2 > width)
    return next((row for row in full if _could_name(row)), [])


def _could_name(row: list[str]) -> bool:
    return not any(_NO_NAME.search(cell) for cell in row)


def shards(
    data: mmap.mmap, encoding: str, delimiter: str, target: int
) -> Iterator[tuple[int, int]]:
    """Ranges of whole records, of about the target size."""
    start, reach = 0, target
    while start < len(data):
        end = line_end(data, min(start + reach, len(data)))
        text = data[start:end].decode(encoding)
        whole = len(text) if end == len(data) else _whole(text, delimiter, start == 0)
        if not whole:
            reach += max(target, LIMIT)
            continue
        if whole < len(text):
            end = start + len(text[:whole].encode(encoding))
        yield start, end
        start, reach = end, target


def _whole(text: str, delimiter: str, first: bool) -> int:
    """Up to where all records have their end."""
    if '"' not in text:
        return len(text)
    begin = int(first and text.startswith(BOM))
    starts = (one.start for one in records(text, delimiter, begin) if one.is_open)
    start = next(starts, len(text))
    return start if start > begin else 0


def line_end(data: mmap.mmap, at: int) -> int:
    """Where the line that holds the byte before `at` ends, or a later one."""
    place = data.find(b"\n", max(at - 1, 0))
    return len(data) if place < 0 else place + 1
