"""Lists by pages that follow a key: one far back costs what the first does, and nothing is counted.

A page is what comes after (or before) a row in the list's own order, whose last term is unique.
The cursor in a link is that row's key, so rows that are added meanwhile shift nothing.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest, QueryDict

PAGE_SIZE = 50
WINDOW = 20_000  # rows that one page looks through for what no index finds
LONGEST = 600
AFTER, BEFORE = "after", "before"
M = TypeVar("M", bound=Model)
Key = list[Any]
Fits = Callable[[QuerySet[M]], QuerySet[M]]


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """Rows of one page, and the queries (`after=…&q=…`) of its neighbours; empty: there is none."""

    rows: list[M]
    newer: str = ""
    older: str = ""
    first: str | None = None
    """Of the first page, on all others."""
    is_cut: bool = False
    """Whether only a part of the list was looked through (`WINDOW`): older rows may fit, too."""


def page_of(
    request: HttpRequest, rows: QuerySet[M], *, fits: Fits[M] | None = None, size: int = PAGE_SIZE
) -> KeysetPage[M]:
    """The page that the request's `after` or `before` asks for; the first without a valid one.

    `fits` narrows the rows by what no index helps with: a page looks through WINDOW rows for it.
    """
    order = Order(rows)
    after, before = (order.key_in(request.GET.get(name, "")) for name in (AFTER, BEFORE))
    if before is not None and after is None:
        found = Slice(order.reversed(), rows, before, fits, size)
        if found.next is not None:
            # From what was found on, unless that is nothing: then from where we were.
            last = found.rows[0] if found.rows else None
            older = order.cursor(last) if last is not None else request.GET[BEFORE]
            newer = order.encoded(found.next)
            return _linked(request, found.rows[::-1], newer, older, is_cut=found.is_cut)
    found = Slice(order, rows, after, fits, size)
    older = order.encoded(found.next) if found.next is not None else ""
    newer = ""
    if after is not None:
        newer = order.cursor(found.rows[0]) if found.rows else request.GET[AFTER]
    return _linked(request, found.rows, newer, older, is_cut=found.is_cut)


def _linked(
    request: HttpRequest, rows: list[M], newer: str, older: str, *, is_cut: bool
) -> KeysetPage[M]:
    """With links that keep the list's filters."""
    query = filters_of(request)
    first = query.urlencode() if newer else None
    return KeysetPage(rows, _with(query, BEFORE, newer), _with(query, AFTER, older), first, is_cut)


def filters_of(request: HttpRequest) -> QueryDict:
    """What the request asks of the list, wherever in it it is."""
    query = request.GET.copy()
    for name in (AFTER, BEFORE):
        query.pop(name, None)
    return query


def _with(query: QueryDict, name: str, cursor: str) -> str:
    if not cursor:
        return ""
    linked = query.copy()
    linked[name] = cursor
    return linked.urlencode()


class Order:
    """The order of a list: its terms, the key of a row, and what comes after a key."""

    def __init__(self, rows: QuerySet[Any], terms: tuple[str, ...] = ()) -> None:
        self.model = rows.model
        self.terms = terms or tuple(map(str, rows.query.order_by or rows.model._meta.ordering))
        self.fields: list[Field[Any, Any]] = [
            _field(self.model, term.removeprefix("-")) for term in self.terms
        ]
        if not self.fields or not self.fields[-1].unique:
            raise TypeError(f"{self.model}: {self.terms} is no key")
        self.names = [field.name for field in self.fields]
        self._rows = rows

    def reversed(self) -> Order:
        turned = (term[1:] if term.startswith("-") else f"-{term}" for term in self.terms)
        return Order(self._rows, tuple(turned))

    def key_of(self, row: Model) -> Key:
        return [getattr(row, field.attname) for field in self.fields]

    def cursor(self, row: Model) -> str:
        return self.encoded(self.key_of(row))

    def encoded(self, key: Key) -> str:
        texts = [value.isoformat() if hasattr(value, "isoformat") else str(value) for value in key]
        return urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")

    def key_in(self, cursor: str) -> Key | None:
        """The key that a link holds; None where it is no key of this list."""
        if not cursor or len(cursor) > LONGEST:
            return None
        try:
            texts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if not isinstance(texts, list) or len(texts) != len(self.fields):
                return None
            return [_value(field, text) for field, text in zip(self.fields, texts, strict=True)]
        except (ValueError, ValidationError, OverflowError, RecursionError):
            return None

    def after(self, key: Key, *, and_itself: bool = False) -> Q:
        """Rows after the key: of its first term alone first, so that an index finds the place."""
        return Q(**self._bound(0, key, "e")) & self._later(0, key, "e" if and_itself else "")

    def until(self, key: Key) -> Q:
        """Rows before the key, and its own."""
        return self.reversed().after(key, and_itself=True)

    def _later(self, position: int, key: Key, last: str) -> Q:
        if position == len(key) - 1:
            return Q(**self._bound(position, key, last))
        same = Q(**{self.fields[position].name: key[position]})
        return Q(**self._bound(position, key)) | same & self._later(position + 1, key, last)

    def _bound(self, position: int, key: Key, equal: str = "") -> dict[str, Any]:
        way = "lt" if self.terms[position].startswith("-") else "gt"
        return {f"{self.fields[position].name}__{way}{equal}": key[position]}


def is_key(model: type[Model], term: str) -> bool:
    """Whether no two rows have the same value there."""
    return bool(_field(model, term.removeprefix("-")).unique)


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    found: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return cast("Field[Any, Any]", found)


def _value(field: Field[Any, Any], text: Any) -> Any:
    """As the database takes it; raises ValueError or ValidationError."""
    if not isinstance(text, str) or "\0" in text:
        raise ValueError(text)
    value = field.to_python(text)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(text)
        return value.astimezone(UTC)
    return value


class Slice(Generic[M]):
    """The first `size` rows after a key that fit, and the key from which to go on."""

    def __init__(
        self, order: Order, rows: QuerySet[M], key: Key | None, fits: Fits[M] | None, size: int
    ) -> None:
        walk = rows.order_by(*order.terms)
        walk = walk.filter(order.after(key)) if key is not None else walk
        end = _window_end(order, walk) if fits is not None else None
        wanted = walk.filter(order.until(end)) if end is not None else walk
        found = list((fits(wanted) if fits is not None else wanted)[: size + 1])
        self.rows = found[:size]
        self.is_cut = end is not None and len(found) <= size
        self.next: Key | None = order.key_of(found[size - 1]) if len(found) > size else end


def _window_end(order: Order, walk: QuerySet[Any]) -> Key | None:
    names = [field.attname for field in order.fields]
    last = walk.select_related(None).values_list(*names)[WINDOW - 1 : WINDOW]
    return next((list(key) for key in last), None)
