"""Parquet: a row group is a shard; strings are read wherever they stand in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as arrow
import pyarrow.parquet as parquet

from deid.engine.formats.rows import Places, Row, Seal
from deid.engine.job.report import Report
from deid.engine.job.spec import DEIDENTIFY

if TYPE_CHECKING:
    from deid.engine.job.shard import ShardWork

BATCH = 400


def parquet_shard(work: ShardWork, number: int) -> tuple[Report, dict[str, tuple[str, str]]]:
    """Rewrites one row group into a file of its own."""
    report, mapping = Report(), dict[str, tuple[str, str]]()
    target = work.folder.shard(number, "out")
    with parquet.ParquetFile(work.spec.source) as file:
        group = file.read_row_group(work.plan.shards[number][0])
    batches = [
        _batch(work, table, report, mapping) for table in group.to_batches(max_chunksize=BATCH)
    ]
    if work.spec.kind == DEIDENTIFY:
        scratch = target.with_suffix(".part")
        parquet.write_table(arrow.Table.from_batches(batches, group.schema), scratch)
        scratch.replace(target)
    return report, mapping


def _batch(work: ShardWork, table: Any, report: Report, mapping: Any) -> Any:
    values = table.to_pylist()
    held: list[Row] = []
    slots: list[list[tuple[Any, Any]]] = []
    for value in values:
        found = list(_strings(value, ""))
        slots.append([(container, place) for container, place, _text, _name in found])
        texts = [text for *_rest, text, _name in found]
        names = [name for *_rest, name in found]
        held.append(Row(texts, names, _writer(slots[-1]), _unsealed))
    for _written in work.batch(held, report, mapping):
        pass
    return arrow.RecordBatch.from_pylist(values, table.schema)


def _unsealed(places: Places, seal: Seal) -> str:
    """Never asked for: a value of Parquet has no writing of its own, its token stands in it."""
    raise NotImplementedError


def _writer(slots: list[tuple[Any, Any]]) -> Any:
    def write(new: Sequence[str]) -> str:
        for (container, place), text in zip(slots, new, strict=True):
            container[place] = text
        return ""

    return write


def _strings(value: Any, name: str) -> Iterator[tuple[Any, Any, str, str]]:
    """(container, place, text, field) of each string in dictionaries and lists."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for place, one in items:
        inner = ".".join(filter(None, (name, place))) if isinstance(place, str) else name
        if isinstance(one, str) and one:
            yield value, place, one, inner
        elif isinstance(one, (dict, list)):
            yield from _strings(one, inner)


def joined(parts: Sequence[Path], target: Path, schema: Any) -> None:
    """One file of all parts, a row group each; no more than one is in memory."""
    with parquet.ParquetWriter(target, schema) as writer:
        for part in parts:
            with parquet.ParquetFile(part) as file:
                for number in range(file.num_row_groups):
                    writer.write_table(file.read_row_group(number))
