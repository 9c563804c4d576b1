"""The same platform on PostgreSQL: a run from start to end, a restart, what it counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.live_platform import LivePlatform
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.processes


def test_a_run_on_postgresql(postgres: PostgresServer, tmp_path: Path) -> None:
    platform = LivePlatform(tmp_path / "live", DATABASE_URL=postgres.url)
    platform.start()
    try:
        dataset = platform.http.post("/api/v1/datasets", json={"name": "d"}).json()["id"]
        answer = platform.http.put(
            f"/api/v1/datasets/{dataset}/files", files={"file": ("d.jsonl", b"{}\nx\n")}
        )
        assert answer.status_code == 200
        platform.script("echo ready; sleep 4; echo done")
        platform.project("pg")
        run = platform.run("pg")
        run.wait_line("ready")
        platform.kill_everything()
        platform.start()
        assert run.wait_end()["status"] == "succeeded"
        assert run.script_lines() == ["ready", "done"]
        files = platform.http.get(f"/api/v1/datasets/{dataset}").json()["files"]
        assert files[0]["check_status"] == "problems"
        assert platform.http.get("/projects/").status_code == 200
        assert not (platform.var / "platform.sqlite3").exists()
        assert platform.doctor() == []
    finally:
        platform.stop()


USED = """
from django.contrib.auth.models import User
from core.accounts.actor import Actor
from core.accounts.roles import local_operator
from deployments.door.usage import usage_record
from deployments.models import Usage
from django.utils import timezone
import random
random.seed(20261127)
name = "".join(chr(random.randrange(0x4E00, 0x9FA5)) for _ in range(1024))
actor = Actor(local_operator(), "local")
for model in (name, "old") * 2:
    usage_record(actor, model, (1, 2))
print([(row.model == name, row.requests) for row in Usage.objects.order_by("id")])
"""
BEFORE = """
from django.db import connection
from core.accounts.roles import local_operator
with connection.cursor() as cursor:
    cursor.execute(
        "INSERT INTO deployments_usage (day, user_id, token_name, model, requests, failed,"
        " prompt_tokens, completion_tokens)"
        " VALUES ((now() at time zone 'utc')::date, %s, '', 'old', 5, 0, 0, 0)",
        [local_operator().pk],
    )
"""


def test_usage_of_a_model_with_a_long_name(postgres: PostgresServer, tmp_path: Path) -> None:
    """A name of 1,024 Chinese characters is 3,072 bytes; a row of the release before is kept."""
    platform = LivePlatform(tmp_path / "live", DATABASE_URL=postgres.url)
    platform.manage("prepare")
    platform.manage("migrate", "deployments", "0003")
    platform.manage("shell", "-c", BEFORE)
    platform.manage("prepare")
    assert platform.manage("shell", "-c", USED).splitlines()[-1] == "[(False, 7), (True, 2)]"
