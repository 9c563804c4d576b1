"""Help with training configurations: the schema, what is wrong with a text, changes to one."""

from __future__ import annotations

import copy
from typing import Any

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.safe_yaml import load_mapping
from projects.configs.edit import edited
from training.scripts.trainer.schema import FREE_KEYS, SECTIONS, Key, keys_for, method_of
from training.scripts.trainer.validate import Checked, allowed, check

MAX_DEPTH = 8


def language() -> str:
    return get_language() or "en"


def config_schema() -> list[dict[str, Any]]:
    """Every key: what it takes, its default, and for which methods it counts (empty: all)."""
    keys = [_described(key) for keys in SECTIONS.values() for key in keys]
    chinese = language().startswith("zh")
    free: list[dict[str, Any]] = [
        {
            "key": name, "type": "text", "default": None, "allowed": "", "choices": [],
            "minimum": None, "maximum": None, "methods": [], "help": texts[chinese],
        }
        for name, texts in FREE_KEYS.items()
    ]  # fmt: skip
    return keys + free


def _described(key: Key) -> dict[str, Any]:
    return {
        "key": key.path,
        "type": key.kind,
        "default": key.default,
        "allowed": allowed(key, language()),
        "choices": list(key.choices),
        "minimum": key.low,
        "maximum": key.high,
        "methods": list(key.methods),
        "help": key.help(language()),
    }


def config_check(data: bytes, name: str) -> dict[str, Any]:
    """`{"method", "ok", "problems", "values"}`: problems with line and words, values with defaults.

    `ok` is False where a run would be refused or could not train. Raises nothing.
    """
    checked = check(data, name)
    return {
        "method": method_of(checked.document),
        "ok": not checked.errors,
        "problems": problems(checked),
        "values": checked.values,
    }


def problems(checked: Checked) -> list[dict[str, Any]]:
    return [
        {
            "level": one.level,
            "key": one.path,
            "line": one.line,
            "message": one.message(language()),
        }
        for one in checked.problems
    ]


def form_rows(data: bytes, name: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """The keys that the configuration's method reads, by section, with the values given."""
    document = check(data, name).document
    found: dict[str, list[dict[str, Any]]] = {}
    for key in keys_for(method_of(document)):
        section = document.get(key.section)
        given = section.get(key.name) if isinstance(section, dict) else None
        found.setdefault(key.section, []).append(
            {**_described(key), "name": key.name, "given": "" if given is None else _shown(given)}
        )
    return list(found.items())


def _shown(value: Any) -> str:
    """As it would be typed into a field: YAML on one line."""
    if isinstance(value, str):
        return value
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...")


def changes_of(data: bytes, name: str, fields: dict[str, str]) -> dict[str, Any]:
    """What a form's fields say differently from the text; an emptied field removes its key.

    Raises Invalid for a field that is no YAML value.
    """
    changes: dict[str, Any] = {}
    for _section, rows in form_rows(data, name):
        for row in rows:
            typed = fields.get(row["key"])
            if typed is not None and typed.strip() != row["given"]:
                changes[row["key"]] = _value(row["key"], row["type"], typed.strip())
    return changes


def _value(path: str, kind: str, typed: str) -> Any:
    if not typed:
        return None
    if kind in ("text", "file", "model"):
        return typed
    try:
        return load_mapping(f"value: {typed}".encode(), field=path)["value"]
    except KeyError:
        return typed


def apply_changes(data: bytes, name: str, changes: dict[str, Any] | None) -> bytes:
    """The configuration with `changes` by dotted key; byte for byte the same without any.

    None removes a key. Comments, order and quotes stay. Raises Invalid.
    """
    if not changes:
        return data
    document = copy.deepcopy(load_mapping(data, field=name))
    for path, value in changes.items():
        _set(document, path, value)
    text = edited(data.decode("utf-8-sig"), [(path.split("."), v) for path, v in changes.items()])
    if text is not None and _says(text, document):
        return text.encode()
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False).encode()


def _says(text: str, document: dict[str, Any]) -> bool:
    try:
        return load_mapping(text.encode(), field="") == document
    except Invalid:
        return False


def _set(document: dict[str, Any], path: str, value: Any) -> None:
    *sections, key = path.split(".")
    if not all((*sections, key)) or len(sections) > MAX_DEPTH:
        raise Invalid(
            _("%(key)s is no dotted key, such as training.learning_rate") % {"key": path[:80]},
            field="changes",
        )
    for section in sections:
        if document.get(section) is None:  # a section without keys is None in YAML
            if value is None:
                return
            document[section] = {}
        document = document[section]
        if not isinstance(document, dict):
            raise Invalid(
                _("%(key)s: %(section)s is a value, not a section")
                % {"key": path[:80], "section": section[:80]},
                field="changes",
            )
    if value is None:
        document.pop(key, None)
    else:
        document[key] = value
