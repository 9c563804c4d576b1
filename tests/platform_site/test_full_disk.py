"""A full disk is said to be one, and a database that is away: whatever was to be written."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from core.full_disk import says_full_disk
from core.logs import LineFormatter
from platform_site.server.supervisor import Supervisor
from projects.models import Project

PROJECT = {"name": "p", "dataset_name": "d.jsonl", "training_yaml_name": "c.yaml"}


@pytest.fixture
def full_database(transactional_db: None) -> Iterator[None]:
    """SQLite refuses a page more than the file has, as on a full disk."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite can be bounded")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")


def test_a_call_that_finds_no_room_for_its_rows_is_told_so(
    client: Client, full_database: None
) -> None:
    body = {**PROJECT, "description": "x" * 9_900}
    answer = client.post("/api/projects", body, "application/json")
    assert answer.status_code == 507, answer.content
    assert "detail" in answer.json()
    assert not Project.objects.exists()


def test_a_page_that_finds_no_room_for_its_rows_says_so(
    client: Client, full_database: None
) -> None:
    form = {**PROJECT, "description": "x" * 9_900}
    answer = client.post("/projects/new/", form)
    assert answer.status_code == 507, answer.content
    assert not Project.objects.exists()


def test_a_database_that_does_not_answer_is_no_error_of_the_request(
    client: Client, db: None
) -> None:
    def away(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        raise OperationalError("database is locked")

    client.raise_request_exception = False
    with connection.execute_wrapper(away):
        answer = client.get("/api/projects")
        page = client.get("/projects/")
    assert (answer.status_code, page.status_code) == (503, 503)
    assert answer.json()["detail"]
    assert answer["Retry-After"] and page["Retry-After"]


def test_it_is_one_line_of_the_log(full_database: None) -> None:
    with pytest.raises(DatabaseError) as caught, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE large AS SELECT zeroblob(1000000) AS x")
    assert says_full_disk(caught.value)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), caught._excinfo)
    assert LineFormatter().format(record).count("\n") == 1
    assert not says_full_disk(OSError(errno.EACCES, "no"))
    assert not says_full_disk(ValueError("database or disk is full"))


def test_the_supervisor_outlives_it_and_writes_its_record_later(tmp_path: Path) -> None:
    supervisor = Supervisor()
    supervisor.record = tmp_path / "missing" / "serve.json"
    supervisor._write_record()
    assert not supervisor.record.exists()
    supervisor.record.parent.mkdir()
    supervisor._write_record()
    assert supervisor.record.exists()
