"""YAML from input: safe loader only, with limits on size, aliases, nodes and depth."""

from __future__ import annotations

from typing import Any

import yaml
from django.utils.translation import gettext as _

from core.errors import Invalid

MAX_NODES = 50_000
MAX_ALIASES = 100
MAX_DEPTH = 50

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_mapping(data: bytes, *, field: str) -> dict[str, Any]:
    """Return the document as a mapping.

    Raises Invalid naming `field` for anything that is not UTF-8, not YAML, over a limit,
    tagged with a type that is not plain data, or not a mapping at the top.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            _("%(field)s is not UTF-8 (byte %(at)s)") % {"field": field, "at": error.start},
            field=field,
        ) from error
    try:
        _check_limits(text, field)
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 # nosec B506
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Invalid(
            _("%(field)s is not valid YAML: %(why)s") % {"field": field, "why": _short(error)},
            field=field,
        ) from error
    if not isinstance(document, dict):
        raise Invalid(
            _("%(field)s must be a mapping at the top (key: value), not %(type)s")
            % {"field": field, "type": type(document).__name__},
            field=field,
        )
    return document


def _check_limits(text: str, field: str) -> None:
    # Walking the events builds nothing, so a bomb is found before it can grow.
    nodes = aliases = depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            aliases += 1
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            nodes += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.ScalarEvent):
            nodes += 1
        if nodes > MAX_NODES or aliases > MAX_ALIASES or depth > MAX_DEPTH:
            raise Invalid(
                _(
                    "%(field)s is too complex: at most %(nodes)s values, %(aliases)s aliases "
                    "and %(depth)s levels"
                )
                % {"field": field, "nodes": MAX_NODES, "aliases": MAX_ALIASES, "depth": MAX_DEPTH},
                field=field,
            )


def _short(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
    return f"{str(problem)[:200]}{where}"
