"""Writers of SQLite wait for each other, as long as they may and no longer."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.utils import ConnectionHandler
from django.test.utils import CaptureQueriesContext

from core.sqlite.base import DatabaseWrapper

PATIENCE = 1.0


@pytest.fixture
def database(tmp_path: Path, django_db_blocker: Any) -> Iterator[DatabaseWrapper]:
    options = {
        "transaction_mode": "IMMEDIATE", "timeout": PATIENCE,
        "init_command": "PRAGMA journal_mode=WAL;",
    }  # fmt: skip
    config = {"ENGINE": "core.sqlite", "NAME": str(tmp_path / "d.sqlite3"), "OPTIONS": options}
    made = ConnectionHandler({"default": config})["default"]
    with django_db_blocker.unblock():
        with made.cursor() as cursor:
            cursor.execute("CREATE TABLE t (n INTEGER)")
        yield cast(DatabaseWrapper, made)
        made.close()


def other(database: DatabaseWrapper) -> sqlite3.Connection:
    """Another process' connection."""
    path = database.settings_dict["NAME"]
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False)


def write(database: DatabaseWrapper) -> None:
    database._start_transaction_under_autocommit()
    try:
        database.connection.execute("INSERT INTO t VALUES (1)")
    finally:
        database.connection.execute("COMMIT")


def test_the_platform_uses_it() -> None:
    assert settings.DATABASES["default"]["ENGINE"] == "core.sqlite"


def test_a_writer_waits_for_the_one_before(database: DatabaseWrapper) -> None:
    first = other(database)
    first.execute("BEGIN IMMEDIATE")
    first.execute("INSERT INTO t VALUES (0)")
    threading.Timer(0.2, first.execute, ["COMMIT"]).start()
    write(database)
    assert [row[0] for row in first.execute("SELECT n FROM t ORDER BY rowid")] == [0, 1]


def test_its_patience_ends(database: DatabaseWrapper) -> None:
    first = other(database)
    first.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="database is locked"):
        write(database)
    first.execute("ROLLBACK")
    write(database)  # nothing of the wait is left
    assert database.connection.execute("PRAGMA busy_timeout").fetchone() == (int(PATIENCE * 1000),)


def test_what_is_not_a_lock_is_told_at_once(database: DatabaseWrapper) -> None:
    database.connection.execute("BEGIN")
    with pytest.raises(OperationalError, match="within a transaction"):
        database._start_transaction_under_autocommit()


@pytest.mark.django_db(transaction=True)
def test_begin_is_among_the_queries_that_are_logged() -> None:
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        pass
    assert [one["sql"] for one in queries.captured_queries] == ["BEGIN IMMEDIATE", "COMMIT"]
