"""The form of a file of an operator's recognisers: Presidio's YAML, of which this much is taken.

https://data-privacy-stack.github.io/presidio/analyzer/recognizer_registry_provider/ describes it.
`tests` is ours: texts with what is to be found in them, tried whenever the file is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

CUSTOM: Final = "custom"
PREDEFINED: Final = "predefined"
MAX_RECOGNIZERS = 200
_TOP = {"recognizers", "supported_languages", "global_regex_flags"}
_SHARED = {
    "name",
    "type",
    "enabled",
    "supported_language",
    "supported_languages",
    "context",
    "tests",
}
_KEYS = {
    CUSTOM: _SHARED
    | {"supported_entity", "patterns", "deny_list", "deny_list_score", "country_code"},
    PREDEFINED: _SHARED | {"class_name"},
}
_KIND = re.compile(r"[A-Z][A-Z0-9_]{1,39}")


class RecognizerError(ValueError):
    """A file that cannot be; the message says where and why."""


@dataclass(frozen=True)
class Example:
    """A text, and each thing that the recogniser is to find in it: none, where it must not."""

    text: str
    found: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One recogniser of the file. `form` is what Presidio is told of it."""

    name: str
    type: str
    enabled: bool
    form: Mapping[str, Any]
    examples: tuple[Example, ...]


def entries_of(document: Mapping[str, Any]) -> list[Entry]:
    """The recognisers of a file. Raises RecognizerError."""
    _only(document, _TOP, "the file")
    listed = document.get("recognizers")
    if not isinstance(listed, list) or not 0 < len(listed) <= MAX_RECOGNIZERS:
        raise RecognizerError(f"recognizers: must be a list of 1 to {MAX_RECOGNIZERS}")
    found = [_entry(one, f"recognizers[{number}]") for number, one in enumerate(listed)]
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise RecognizerError(f"recognizers: two have the name {name}")
    return found


def _entry(one: object, where: str) -> Entry:
    if isinstance(one, str):  # Presidio's short form
        one = {"name": one, "type": PREDEFINED}
    if not isinstance(one, dict) or not isinstance(one.get("name"), str) or not one["name"].strip():
        raise RecognizerError(f"{where}: must be a mapping with a name")
    where = f"{where} ({one['name'][:60]})"
    kind = one.get("type", CUSTOM)
    if kind not in _KEYS:
        raise RecognizerError(f"{where}.type: must be one of custom, predefined")
    _only(one, _KEYS[kind], where)
    enabled = one.get("enabled", True)
    if not isinstance(enabled, bool):
        raise RecognizerError(f"{where}.enabled: must be true or false")
    if kind == CUSTOM:
        _check_custom(one, where)
    examples = tuple(_examples(one.get("tests", []), where))
    form = {key: value for key, value in one.items() if key != "tests"}
    return Entry(one["name"], kind, enabled, form | {"type": kind, "enabled": True}, examples)


def _check_custom(one: Mapping[str, Any], where: str) -> None:
    entity = one.get("supported_entity")
    if not isinstance(entity, str) or not _KIND.fullmatch(entity):
        raise RecognizerError(
            f"{where}.supported_entity: must be capitals, digits and _, 2 to 40: EMPLOYEE_ID"
        )
    if not one.get("patterns") and not one.get("deny_list"):
        raise RecognizerError(f"{where}: must have patterns or a deny_list")


def _examples(listed: object, where: str) -> Iterator[Example]:
    if not isinstance(listed, list):
        raise RecognizerError(f"{where}.tests: must be a list of mappings with text and found")
    for number, one in enumerate(listed):
        place = f"{where}.tests[{number}]"
        if not isinstance(one, dict) or not isinstance(one.get("text"), str):
            raise RecognizerError(f"{place}: must be a mapping with text and found")
        _only(one, {"text", "found"}, place)
        found = one.get("found", [])
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise RecognizerError(f"{place}.found: must be a list of what is to be found, or []")
        yield Example(one["text"], tuple(found))


def _only(mapping: Mapping[str, Any], allowed: set[str], where: str) -> None:
    for name in mapping:
        if name not in allowed:
            raise RecognizerError(f"{where}: {name} is not known; there are: {sorted(allowed)}")
