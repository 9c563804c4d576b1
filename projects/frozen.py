"""The one reader of the configuration that a run was made with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from platform_site.errors import PlatformError
from platform_site.safe_yaml import load_mapping
from projects.inputs import Input, read_config
from projects.models import Run
from projects.paths import run_folder


def config_name(run: Run) -> str:
    return Path(run.inputs["config"]).name


def config_path(run: Run) -> Path:
    """The frozen file; before the launch has frozen it, what it will be made from."""
    frozen = run_folder(run).inputs / config_name(run)
    return frozen if frozen.is_file() else Path(run.inputs["config"])


def config_bytes(run: Run) -> bytes:
    """Raises Invalid where it cannot be read."""
    return read_config(Input(config_name(run), config_path(run), None))


def document(run: Run) -> dict[str, Any]:
    """The parsed configuration. Raises Invalid."""
    return load_mapping(config_bytes(run), field=config_name(run))


def flattened(run: Run) -> dict[str, Any]:
    """Values by dotted key, lists whole; empty where the configuration is gone."""
    try:
        return dict(_flat(document(run), ""))
    except PlatformError:
        return {}


def _flat(values: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flat(value, f"{path}.")
        else:
            yield path, value
