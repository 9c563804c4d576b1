"""Parquet: a row group is a shard; what is read are values, names of columns and metadata."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet

from deid.engine.formats.broken import broken_json
from deid.engine.formats.encoding import Unreadable
from deid.engine.formats.parquet_values import Leaf, check_type, leaves, names_in, rebuilt
from deid.engine.formats.row import Places, Row, Seal
from deid.engine.job.report import Report
from deid.engine.job.work import Mapping, ShardWork

BATCH = 400
_FAILURES = (arrow.ArrowException, ValueError, OverflowError, ArithmeticError)


def parquet_shard(work: ShardWork, number: int) -> tuple[Report, Mapping]:
    """Rewrites one row group into a file of its own. Raises Unreadable."""
    report, mapping = Report(), Mapping()
    with parquet.ParquetFile(work.spec.source) as file:
        first, end = work.plan.shards[number]
        group = file.read_row_groups(range(first, end))
    for field in group.schema:
        check_type(field.type, field.name)
    schema = _schema(work, group.schema, report if number == 0 else Report())
    batches = [
        _batch(work, table, report, mapping) for table in group.to_batches(max_chunksize=BATCH)
    ]
    if work.is_deidentifying:
        target = work.folder.shard(number, "out")
        scratch = target.with_suffix(".part")
        _write(arrow.Table.from_batches(batches, schema), scratch)
        scratch.replace(target)
    return report, mapping


def _write(table: Any, path: Path) -> None:
    try:
        parquet.write_table(table, path)
    except arrow.ArrowInvalid as error:  # a structure that may hold no null would
        raise Unreadable("parquet_value") from error


def _schema(work: ShardWork, schema: Any, report: Report) -> Any:
    """The schema without metadata in which something was found.

    Columns cannot be renamed behind their readers' backs: such a file is refused.
    """
    fields = list(names_in(schema))
    inner = [str(dict(one.metadata)) for one in fields if one.metadata]
    found = _found(work, [*(one.name for one in fields), *inner], report)
    if found and work.is_deidentifying:
        raise Unreadable("parquet_names")
    kept = {
        key: value
        for key, value in (schema.metadata or {}).items()
        if not _found(work, _texts(key) + _texts(value), report)
    }
    return schema.with_metadata(kept or None)


def _texts(data: bytes) -> list[str]:
    """Lines of metadata, mostly JSON; what does not decode is read as far as it does."""
    text = data.decode("utf-8", "replace")
    return [one for row in broken_json(text) for one in row.texts]


def _found(work: ShardWork, texts: Sequence[str], report: Report) -> bool:
    """Whether the policy finds something; then it does not stay in the result."""
    both = work.find(texts, [""] * len(texts))
    for text, (spans, own) in zip(texts, both, strict=True):
        report.found(text, spans, "", 1)
        report.own += len(own)
    found = any(spans for spans, _ in both)
    report.left += 0 if found else sum(len(own) for _, own in both)
    return found


def _batch(work: ShardWork, table: Any, report: Report, mapping: Mapping) -> Any:
    """Columns in which nothing changed stay as they are."""
    names = table.schema.names
    columns = [_values(table.column(number), name) for number, name in enumerate(names)]
    may_lose = not work.policy.is_reversible
    held = [
        _Record([column[number] for column in columns], may_lose)
        for number in range(table.num_rows)
    ]
    rows = (record.row(names) for record in held)
    for _written in work.run(rows, report, mapping):
        pass
    arrays = [
        _array([record.values[number] for record in held], table, number)
        if any(number in record.changed for record in held)
        or _has_dictionary(table.schema.types[number])
        else table.column(number)
        for number in range(len(names))
    ]
    return arrow.RecordBatch.from_arrays(arrays, schema=table.schema)


def _has_dictionary(kind: Any) -> bool:
    """A column that stays would bring its whole dictionary, with values of other rows."""
    inner = (kind.field(number).type for number in range(kind.num_fields))
    return arrow.types.is_dictionary(kind) or any(map(_has_dictionary, inner))


def _values(column: Any, name: str) -> list[Any]:
    if arrow.types.is_timestamp(column.type) and column.type.unit == "ns":  # Python has none
        column = column.cast(arrow.timestamp("us", column.type.tz), safe=False)
    try:
        return list(column.to_pylist())
    except _FAILURES as error:
        raise Unreadable("parquet_type", name) from error


def _array(values: list[Any], table: Any, number: int) -> Any:
    """A column again. Raises Unreadable where a replacement is no value of its type."""
    field, old = table.schema.field(number), table.column(number)
    try:
        made = arrow.array(values, field.type)
    except _FAILURES as error:
        raise Unreadable("parquet_value", field.name) from error
    if made.null_count > old.null_count and not field.nullable:
        raise Unreadable("parquet_value", field.name)
    return made


class _Record:
    """One row: its values by column, and those that were written anew.

    `may_lose`: a number whose replacement is none, such as a label, becomes null.
    """

    def __init__(self, values: list[Any], may_lose: bool) -> None:
        self.values = values
        self._may_lose = may_lose
        self.changed: set[int] = set()

    def row(self, names: Sequence[str]) -> Row:
        found: list[list[Leaf]] = []
        for name, value in zip(names, self.values, strict=True):
            try:
                found.append(list(leaves(value, name)))
            except UnicodeDecodeError as error:
                raise Unreadable("parquet_binary", name) from error
        flat = [leaf for own in found for leaf in own]

        def write(new: Sequence[str]) -> str:
            texts: Iterator[str] = iter(new)
            for number, own in enumerate(found):
                made = [next(texts) for _leaf in own]
                if made != [text for text, _field, _is_key in own]:
                    self._change(number, made, names[number])
            return ""

        return Row(
            [text for text, _field, _is_key in flat],
            [field for _text, field, _is_key in flat],
            write, _unsealed,
            names=frozenset(number for number, leaf in enumerate(flat) if leaf[2]),
        )  # fmt: skip

    def _change(self, number: int, texts: list[str], name: str) -> None:
        try:
            value = rebuilt(self.values[number], iter(texts), self._may_lose)
        except ValueError as error:
            raise Unreadable("parquet_value", name) from error
        self.values[number] = value
        self.changed.add(number)


def _unsealed(places: Places, seal: Seal) -> str:
    """Never asked for: a value of Parquet has no writing of its own, its token stands in it."""
    raise NotImplementedError


def joined(parts: Sequence[Path], target: Path) -> None:
    """One file of all parts, a row group each; no more than one is in memory."""
    with parquet.ParquetWriter(target, parquet.read_schema(parts[0])) as writer:
        for part in parts:
            with parquet.ParquetFile(part) as file:
                for number in range(file.num_row_groups):
                    writer.write_table(file.read_row_group(number))
