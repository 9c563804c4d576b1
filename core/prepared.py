"""Queries that are written once and asked often.

Of what a small query costs, nine parts in ten are Django's writing of its SQL. A `Prepared` keeps
the SQL of a queryset, with how rows become objects; only the parameters change.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)
_STAND_INS: dict[type, Callable[[int], Any]] = {
    UUID: lambda place: UUID(int=0x5EED0000 + place),
    int: lambda place: 2**31 - 7 - place,
    str: lambda place: f"\x01stand-in {place}\x01",
}


@dataclass(frozen=True)
class _Place:
    """Where in the call's values a parameter of the SQL is."""

    number: int


@dataclass(frozen=True)
class _Plan:
    sql: str
    parameters: list[Any]
    compiler: Any
    converters: dict[int, Any]
    build: Callable[[Sequence[Any]], Any] | None


class Prepared(Generic[M]):
    """`make(*values)` gives the queryset.

    Its SQL may depend on how many values there are and of which types (UUID, int, str), on
    nothing else: no None, and nothing that is computed from a value.
    """

    def __init__(self, make: Callable[..., QuerySet[M, Any]]) -> None:
        self._make = make
        self._plans: dict[Any, _Plan] = {}
        self._lock = threading.Lock()

    def rows(self, *values: Any) -> list[Any]:
        """Tuples of a `values_list` queryset."""
        plan = self._plan(values)
        bound = [
            _adapted(values[one.number]) if isinstance(one, _Place) else one
            for one in plan.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, bound)
            rows: list[Any] = cursor.fetchall()
        if plan.converters:
            rows = list(plan.compiler.apply_converters(rows, plan.converters))
        return rows

    def objects(self, *values: Any) -> list[M]:
        """Instances, with what the queryset selects beside them."""
        build = self._plan(values).build
        if build is None:
            raise TypeError("the queryset is one of values, not of objects")
        return [build(row) for row in self.rows(*values)]

    def first(self, *values: Any) -> M | None:
        return next(iter(self.objects(*values)), None)

    def _plan(self, values: tuple[Any, ...]) -> _Plan:
        key = (connection.vendor, *map(type, values))
        plan = self._plans.get(key)
        if plan is None:
            with self._lock:
                plan = self._plans[key] = _compiled(self._make, values)
        return plan


def prefetched(instance: Model, name: str, rows: list[Any]) -> None:
    """Let `instance.name.all()` be these rows, and it theirs, as prefetch_related would."""
    back: Any = instance._meta.get_field(name)
    for row in rows:
        back.field.set_cached_value(row, instance)
    queryset = getattr(instance, name).all()
    queryset._result_cache, queryset._prefetch_done = rows, True
    instance.__dict__.setdefault("_prefetched_objects_cache", {})[name] = queryset


def insert(model: type[Model], **values: Any) -> None:
    """INSERT a row without making an object of it; its key is the database's to give."""
    fields, sql = _insert_of(model, connection.vendor)
    row = [
        field.get_db_prep_save(
            values[field.attname] if field.attname in values else field.get_default(), connection
        )
        for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, row)


@cache
def _insert_of(model: type[Model], vendor: str) -> tuple[list[Any], str]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    return fields, f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 # nosec B608


def _compiled(make: Callable[..., QuerySet[Any, Any]], values: tuple[Any, ...]) -> _Plan:
    stand_ins = [_STAND_INS[type(value)](place) for place, value in enumerate(values)]
    queryset = make(*stand_ins)
    compiler = queryset.query.get_compiler(connection=connection)
    sql, given = compiler.as_sql()
    places = {_adapted(one): _Place(number) for number, one in enumerate(stand_ins)}
    parameters = [
        places.get(one, one) if isinstance(one, UUID | int | str) else one for one in given
    ]
    if set(places.values()) - {one for one in parameters if isinstance(one, _Place)}:
        raise TypeError("a value is not a parameter of the SQL as it is")
    converters = compiler.get_converters([one for one, _sql, _alias in compiler.select])
    is_of_objects = queryset._fields is None  # type: ignore[attr-defined] # as Django itself asks
    build = _builder(compiler) if is_of_objects else None
    return _Plan(sql, parameters, compiler, converters, build)


def _adapted(value: Any) -> Any:
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def _builder(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """As Django's ModelIterable makes objects of rows."""
    info, select = compiler.klass_info, compiler.select
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    model, alias = info["model"], connection.alias
    names = [one[0].target.attname for one in select[first:last]]
    populators = get_related_populators(info, select, alias)  # type: ignore[call-arg] # of 6.1

    def build(row: Sequence[Any]) -> Any:
        made = model.from_db(alias, names, row[first:last])
        for populator in populators:
            populator.populate(row, made)
        return made

    return build
