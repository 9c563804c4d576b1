"""The one reader of the configuration that a run was made with."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import PlatformError
from core.files.plain_files import open_plain
from core.safe_yaml import load_mapping
from projects.configs.inputs import read_limited
from projects.models import Run
from projects.runs.paths import open_run_file

MAX_VALUES = 5000
MAX_DEPTH = 20
MAX_KEY = 300
_brief = reprlib.Repr()
_brief.maxlevel, _brief.maxstring, _brief.maxother = 3, 200, 200


def config_name(run: Run) -> str:
    """Of its file; a run that was never prepared has one that is not there."""
    return Path(run.inputs.get("config") or "config.yaml").name


def config_bytes(run: Run) -> bytes:
    """The frozen file; before the launch has frozen it, what it will be made from.

    Raises Invalid where it cannot be read.
    """
    return read_limited(config_name(run), lambda: _opened(run))


def _opened(run: Run) -> BinaryIO:
    try:
        return open_run_file(run, f"inputs/{config_name(run)}")
    except FileNotFoundError:
        if not run.inputs.get("config"):
            raise
        return open_plain(Path(run.inputs["config"]))


def document(run: Run) -> dict[str, Any]:
    """The parsed configuration. Raises Invalid."""
    return load_mapping(config_bytes(run), field=config_name(run))


def flattened(run: Run) -> dict[str, Any]:
    """JSON values by dotted key, lists whole; empty where the configuration is gone.

    However large aliases would make it, no more than MAX_VALUES are looked at.
    """
    try:
        return dict(islice(_flat(document(run), "", 0), MAX_VALUES))
    except PlatformError:
        return {}


def _flat(values: dict[Any, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        path = f"{prefix}{key}"[:MAX_KEY]
        if isinstance(value, dict) and value and depth < MAX_DEPTH:
            yield from _flat(value, f"{path}.", depth + 1)
        else:
            yield path, _plain(value)


def _plain(value: Any) -> Any:
    """As JSON can have it: YAML knows dates, bytes, infinities, and lists within lists."""
    if isinstance(value, list):
        return [one if _is_plain(one) else _brief.repr(one) for one in value[:MAX_VALUES]]
    return value if _is_plain(value) else _brief.repr(value)


def _is_plain(value: Any) -> bool:
    if isinstance(value, int):  # a truth value too
        return abs(value) < 2**63
    return value is None or isinstance(value, str) or (isinstance(value, float) and isfinite(value))
