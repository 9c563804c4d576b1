"""JSON that every reader takes: no NaN, no infinity, no lone surrogate, no bottomless nesting.

Written by the trainer, and read by the platform of whatever a script has written. Standard library
only, so that both can.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

MAX_DEPTH = 20
LARGEST_INT = 2**63
SIGN = "nonfinite"
"""Beside nulls: the dotted names of the numbers that were NaN or infinite."""
MAX_NAMES = 50
_SURROGATES = re.compile("[\ud800-\udfff]")


def plain(value: Any) -> Any:
    """`value` as strict JSON can have it; null for what is not finite, or nested too deep."""
    return _plain(value, "", MAX_DEPTH, [])


def signed(values: dict[str, Any]) -> dict[str, Any]:
    """The same, with SIGN where a number was not finite."""
    names: list[str] = []
    found = _plain(values, "", MAX_DEPTH, names)
    return {**found, **({SIGN: names} if names else {})}


def _plain(value: Any, name: str, depth: int, names: list[str]) -> Any:
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        if len(names) < MAX_NAMES:
            names.append(name)
        return None
    if isinstance(value, str):
        return _text(value)
    if not isinstance(value, dict | list | tuple):
        return value
    if depth <= 0:
        return None
    inside = f"{name}." if name else ""
    if isinstance(value, dict):
        texts = {key: _text(str(key)) for key in value}
        return {
            texts[key]: _plain(one, inside + texts[key], depth - 1, names)
            for key, one in value.items()
        }
    return [_plain(one, f"{inside}{at}", depth - 1, names) for at, one in enumerate(value)]


def _text(value: str) -> str:
    return value if value.isascii() else _SURROGATES.sub("\ufffd", value)


def is_text(value: str) -> bool:
    """Whether UTF-8 can hold it."""
    return _SURROGATES.search(value) is None


def dumps(value: Any, indent: int | None = None) -> str:
    return json.dumps(plain(value), ensure_ascii=False, indent=indent, allow_nan=False)


def loads(data: bytes | str) -> Any:
    """A document as any script may have written it, not yet plain. Raises ValueError only.

    Numbers beyond all bounds are infinite; Python would not read, or not write, such integers.
    """
    try:
        return json.loads(data, parse_int=_number)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _number(text: str) -> int | float:
    if len(text) > len(str(LARGEST_INT)) + 1:
        return float(text)
    number = int(text)
    return number if -LARGEST_INT <= number < LARGEST_INT else float(number)
