"""Values of Parquet: the texts in them, and the values again with others in their place."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as arrow
import pyarrow.types as kinds

from deid.engine.formats.encoding import Unreadable
from deid.engine.formats.json_text import MIN_DIGITS

_READ = (
    kinds.is_null, kinds.is_boolean, kinds.is_integer, kinds.is_floating, kinds.is_decimal,
    kinds.is_string, kinds.is_large_string, kinds.is_string_view, kinds.is_binary,
    kinds.is_large_binary, kinds.is_binary_view, kinds.is_fixed_size_binary, kinds.is_date,
    kinds.is_time, kinds.is_timestamp, kinds.is_duration,
)  # fmt: skip
_LISTS = (
    kinds.is_list, kinds.is_large_list, kinds.is_fixed_size_list, kinds.is_list_view,
    kinds.is_large_list_view,
)  # fmt: skip
Leaf = tuple[str, str, bool]  # text, field, whether it is the key of a map


def check_type(kind: Any, column: str) -> None:
    """Raises Unreadable for a type that is not known to be read, wherever in a column it is."""
    if isinstance(kind, arrow.BaseExtensionType):
        raise Unreadable("parquet_type", column)
    if any(is_it(kind) for is_it in _READ):
        return
    if kinds.is_dictionary(kind) or any(is_it(kind) for is_it in _LISTS):
        check_type(kind.value_type, column)
    elif kinds.is_map(kind):
        check_type(kind.key_type, column)
        check_type(kind.item_type, column)
    elif kinds.is_struct(kind):
        for inner in kind:
            check_type(inner.type, column)
    else:
        raise Unreadable("parquet_type", column)


def names_in(fields: Any) -> Iterator[Any]:
    """Fields of a schema or a structure, with those inside them."""
    for one in fields:
        yield one
        kind = one.type
        if kinds.is_nested(kind):
            yield from names_in([kind.field(number) for number in range(kind.num_fields)])


def leaves(value: Any, name: str) -> Iterator[Leaf]:
    """The texts of a value. A map is a list of pairs, whose keys name their values."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, f"{name}.{key}")
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, name)
    elif isinstance(value, tuple):
        key = _shown(value[0])
        if key:
            yield key, "", True
        yield from leaves(value[1], f"{name}.{key}" if key else name)
    elif text := _shown(value):
        yield text, name, False


def rebuilt(value: Any, new: Iterator[str], may_lose: bool) -> Any:
    """The value with the texts of `new` in the order of `leaves`.

    A text that is no value of the old one's type leaves null; ValueError unless it may.
    """
    if isinstance(value, dict):
        return {key: rebuilt(one, new, may_lose) for key, one in value.items()}
    if isinstance(value, list):
        return _apart([rebuilt(one, new, may_lose) for one in value])
    if isinstance(value, tuple):
        return rebuilt(value[0], new, may_lose), rebuilt(value[1], new, may_lose)
    old = _shown(value)
    if not old or (text := next(new)) == old:
        return value
    try:
        return _again(text, value)
    except (ValueError, ArithmeticError) as error:
        if may_lose:
            return None
        raise ValueError("no such value") from error


def _apart(values: list[Any]) -> list[Any]:
    """Keys of a map that have become the same are told apart by a number."""
    taken: set[Any] = set()
    told = []
    for one in values:
        if isinstance(one, tuple) and isinstance(one[0], str):
            key, count = one[0], 1
            while key in taken:
                count += 1
                key = f"{one[0]}_{count}"
            taken.add(key)
            one = (key, one[1])
        told.append(one)
    return told


def _shown(value: Any) -> str:
    """How a value is read; empty where nothing can stand in it. Raises UnicodeDecodeError."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        if b"\0" in value:
            raise UnicodeDecodeError("utf-8", value, 0, 1, "a NUL")
        return value.decode()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return ""
    return _number(value)


def _number(value: Any) -> str:
    if not math.isfinite(value):
        return ""
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < 10**18
    text = str(int(value)) if is_whole else f"{Decimal(str(value)):f}"
    return text if sum(one.isdigit() for one in text) >= MIN_DIGITS else ""


def _again(text: str, old: Any) -> Any:
    """The text as a value of the old one's type. Raises ValueError, ArithmeticError."""
    if isinstance(old, str):
        return text
    if isinstance(old, bytes):
        return text.encode()
    if isinstance(old, datetime):
        return datetime.fromisoformat(text).replace(tzinfo=old.tzinfo)
    if isinstance(old, date):
        return date.fromisoformat(text)
    return type(old)(text)
