"""What the database says of runs, deployments and jobs, read beside the platform."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.support.live_platform import LivePlatform

ROWS = {
    "run": "select * from projects_run",
    "engine": "select * from deployments_deployment",
    "job": "select * from datasets_filejob",
}
UNWRITTEN = "select code from deployments_deploymentevent where deployment_id = ? and not written"
RUN_EVENTS = "select * from projects_runevent where run_id = ? order by id"
ACTIVE = {"pending", "running", "starting", "stopping"}
Row = dict[str, Any]


def query(platform: LivePlatform, sql: str, *values: object) -> list[Row]:
    path = Path(platform.var) / "platform.sqlite3"
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(sql, values)]
    finally:
        connection.close()


def rows(platform: LivePlatform, kind: str) -> dict[str, Row]:
    """By id, written as the API writes it."""
    found = query(platform, ROWS[kind])
    return {str(UUID(row["id"])): row for row in found}


def is_active(row: Row) -> bool:
    return row["status"] in ACTIVE


def run_events(platform: LivePlatform, id: str) -> list[Row]:
    return query(platform, RUN_EVENTS, UUID(id).hex)


def unwritten_of_engine(platform: LivePlatform, id: str) -> list[str]:
    return [str(row["code"]) for row in query(platform, UNWRITTEN, UUID(id).hex)]


def leased(platform: LivePlatform) -> set[tuple[str, str, str]]:
    """(kind, value, holder's id)."""
    found = query(platform, "select kind, value, holder_id from platform_site_lease")
    return {(row["kind"], row["value"], str(UUID(row["holder_id"]))) for row in found}
