"""The types of values that engine options have: each says what is wrong with a text, or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

SUFFIXES = {
    "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12,
    "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40,
}  # fmt: skip
MAX_ENTRIES = 32
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_SHORT = re.compile(r"(\d{1,9}(?:\.\d{1,6}(?=[a-z]))?)([kKmMgGtT])", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,9})?|\.\d{1,9}", re.ASCII)
_REGISTERED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_REVISION = re.compile(r"[A-Za-z0-9][\w.-]{0,127}", re.ASCII)
JsonRule = Callable[[Any], bool]


class Kind(Protocol):
    """A type of value."""

    def wrong(self, text: str) -> str:
        """What a value must be, where `text` is not one; empty where it is."""


@dataclass(frozen=True)
class Whole:
    """A whole number; with `short` also 8.5k (8,500) or 8K (8,192); `words` stand as they are."""

    low: int = 0
    high: int = 10**9
    short: bool = False
    words: tuple[str, ...] = ()

    def wrong(self, text: str) -> str:
        if text in self.words:
            return ""
        value = self.value(text)
        if value is not None and self.low <= value <= self.high:
            return ""
        words = "".join(f", {word}" for word in self.words)
        return _("a whole number from %(low)s to %(high)s%(words)s") % {
            "low": self.low, "high": self.high, "words": words,
        }  # fmt: skip

    def value(self, text: str) -> int | None:
        if _WHOLE.fullmatch(text):
            return int(text)
        match = _SHORT.fullmatch(text) if self.short else None
        return int(float(match[1]) * SUFFIXES[match[2]]) if match else None


@dataclass(frozen=True)
class Number:
    """A number in decimal digits, at least `low` (above it with `above`), at most `high`."""

    low: float
    high: float
    above: bool = False

    def wrong(self, text: str) -> str:
        if _NUMBER.fullmatch(text):
            value = float(text)
            if self.low <= value <= self.high and not (self.above and value == self.low):
                return ""
        if self.above:
            return _("a number above %(low)g and at most %(high)g") % {
                "low": self.low, "high": self.high,
            }  # fmt: skip
        return _("a number from %(low)g to %(high)g") % {"low": self.low, "high": self.high}


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    def wrong(self, text: str) -> str:
        if text in self.words:
            return ""
        return _("one of %(allowed)s") % {"allowed": ", ".join(self.words)}


@dataclass(frozen=True)
class Matching:
    """A text of one form: never a path, a module or a markup."""

    form: re.Pattern[str]

    def wrong(self, text: str) -> str:
        return "" if self.form.fullmatch(text) else _("a plain name, no path")


REGISTERED = Matching(_REGISTERED)
"""A name that the engine looks up among its own, such as a parser's."""
REVISION = Matching(_REVISION)


@dataclass(frozen=True)
class Label:
    """What clients call the model: any printable text."""

    def wrong(self, text: str) -> str:
        if text and len(text) <= 255 and text.isprintable() and text == text.strip():
            return ""
        return _("a name of 1 to 255 characters")


@dataclass(frozen=True)
class ReadFile:
    """A file that the engine reads; the rules of places (model_paths) say which it may be."""

    def wrong(self, text: str) -> str:
        return "" if text and text.isprintable() else _("the path of a file")


@dataclass(frozen=True)
class JsonObject:
    """A JSON object whose keys, and the values of each, are known."""

    keys: Mapping[str, JsonRule]

    def wrong(self, text: str) -> str:
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            return unquoted_json()
        if not isinstance(document, dict):
            return _("a JSON object")
        for key, value in document.items():
            rule = self.keys.get(key, self.keys.get("*", never))
            if rule is never or not is_word(key):
                return _("a JSON object with keys among %(keys)s; it has %(key)s") % {
                    "keys": ", ".join(sorted(self.keys)), "key": key[:64],
                }  # fmt: skip
            if not rule(value):
                return _("a JSON object; the value of %(key)s cannot be that") % {"key": key}
        return ""


def unquoted_json() -> str:
    return _(
        """JSON in single quotes, such as '{"key": 1}': without them its own quotes are lost"""
    )


def between(low: float, high: float) -> JsonRule:
    def holds(value: Any) -> bool:
        return isinstance(value, int | float) and not is_bool(value) and low <= value <= high

    return holds


def never(value: Any) -> bool:
    return False


def is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(_REGISTERED.fullmatch(value))


def is_plain(value: Any) -> bool:
    """A truth value, a number or a word: nothing in it can be a template or a path."""
    return value is None or is_bool(value) or is_word(value) or between(-1e9, 1e9)(value)


def object_of(**rules: JsonRule) -> JsonRule:
    def holds(value: Any) -> bool:
        return isinstance(value, dict) and all(
            key in rules and rules[key](one) for key, one in value.items()
        )

    return holds


def either(*rules: JsonRule) -> JsonRule:
    return lambda value: any(rule(value) for rule in rules)
