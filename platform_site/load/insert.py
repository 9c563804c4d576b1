"""Many rows at once, with the times that they are given (`auto_now_add` would take the present)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, Model

BATCH = 5_000


def insert(model: type[Model], rows: Iterable[dict[str, Any]]) -> int:
    """Insert rows given by attribute name, defaults filled in; how many. A batch a transaction."""
    fields = [field for field in model._meta.concrete_fields if not _is_counted(field)]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 # nosec B608
    count = 0
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, [list(_values(fields, row)) for row in batch])
        count += len(batch)
    return count


def _is_counted(field: Field[Any, Any]) -> bool:
    return field.get_internal_type() in ("AutoField", "BigAutoField")


def _values(fields: list[Field[Any, Any]], row: dict[str, Any]) -> Iterator[Any]:
    for field in fields:
        value = row[field.attname] if field.attname in row else field.get_default()
        yield field.get_db_prep_save(value, connection)
