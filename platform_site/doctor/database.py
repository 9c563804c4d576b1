"""The database, asked and never written: as one connection that refuses writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_lazy as _

from platform_site.doctor.facts import Facts
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity

CODES: Codes = {
    "migrations_missing": Explanation(
        Severity.ERROR,
        _("The database is older than this code; not applied: %(names)s. Nothing else was "
          "looked at"),
        _("Stop the platform, then run manage.py prepare"),
    ),
}  # fmt: skip


def migrations_applied(facts: Facts) -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{one.app_label}.{one.name}" for one, _backwards in plan)
        yield Finding("migrations_missing", "database", {"names": names})


@contextmanager
def read_only() -> Iterator[None]:
    """While this lasts nothing can be written through Django's connection."""
    before = dict(connection.settings_dict)
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():  # type: ignore[attr-defined]
        # A missing file stays missing, where an ordinary connection would make one.
        connection.close()
        options = {"timeout": 20, "init_command": "PRAGMA query_only = ON"}
        connection.settings_dict.update(NAME=_read_only_name(str(before["NAME"])), OPTIONS=options)
    else:
        _refuse_writes(True)
    try:
        yield
    finally:
        if connection.settings_dict["NAME"] != before["NAME"]:
            connection.close()
            connection.settings_dict.update(before)
        else:
            _refuse_writes(False)


def _read_only_name(path: str) -> str:
    """Without a write-ahead log nobody has it open, and reading must not make one."""
    in_use = Path(f"{path}-wal").exists()
    return f"file:{quote(path)}?mode=ro" + ("" if in_use else "&immutable=1")


def _refuse_writes(on: bool) -> None:
    value = "ON" if on else "OFF"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA query_only = {value}")
        else:
            cursor.execute(f"SET default_transaction_read_only = {value}")
