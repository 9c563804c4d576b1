"""YAML from input: safe loader only, with limits on size, aliases, nodes and depth."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from training.scripts.trainer.read_yaml import (
    MAX_ALIASES,
    MAX_DEPTH,
    MAX_NODES,
    NOT_UTF8,
    TOO_COMPLEX,
    Unreadable,
    read_yaml,
)


def load_mapping(data: bytes, *, field: str) -> dict[str, Any]:
    """Return the document as a mapping.

    Raises Invalid naming `field` for anything that is not UTF-8, not YAML, over a limit,
    tagged with a type that is not plain data, or not a mapping at the top.
    """
    try:
        document, _node = read_yaml(data)
    except Unreadable as error:
        raise Invalid(_refusal(error, field), field=field) from error
    if not isinstance(document, dict):
        raise Invalid(
            _("%(field)s must be a mapping at the top (key: value), not %(type)s")
            % {"field": field, "type": type(document).__name__},
            field=field,
        )
    return document


def _refusal(error: Unreadable, field: str) -> str:
    if error.code == NOT_UTF8:
        return _("%(field)s is not UTF-8 (byte %(at)s)") % {"field": field, "at": error.why}
    if error.code == TOO_COMPLEX:
        return _(
            "%(field)s is too complex: at most %(nodes)s values, %(aliases)s aliases "
            "and %(depth)s levels"
        ) % {"field": field, "nodes": MAX_NODES, "aliases": MAX_ALIASES, "depth": MAX_DEPTH}
    where = f" (line {error.line}, column {error.column})" if error.line else ""
    return _("%(field)s is not valid YAML: %(why)s") % {"field": field, "why": error.why + where}
