"""The runs of a project as JSON, straight from the columns: a project may have thousands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from core.api.shapes import utc
from projects.api.serializers import RunSummarySerializer
from projects.models import Run
from projects.runs.messages import render

TOLD = ("reason", "notice")
COLUMNS = tuple(name for name in RunSummarySerializer.Meta.fields if name not in TOLD)
WORDS = tuple(f"{name}_{part}" for name in TOLD for part in ("code", "params"))


def run_rows_json(runs: QuerySet[Run]) -> list[dict[str, Any]]:
    """What RunSummarySerializer says of each, in the same order of keys."""
    return list(_shaped(runs.values(*COLUMNS, *WORDS)))


def _shaped(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for row in rows:
        told = {name: render(row[f"{name}_code"], row[f"{name}_params"]) for name in TOLD}
        yield {
            name: told[name] if name in told else _plain(row[name])
            for name in RunSummarySerializer.Meta.fields
        }


def _plain(value: Any) -> Any:
    return utc(value) if isinstance(value, datetime) else value
