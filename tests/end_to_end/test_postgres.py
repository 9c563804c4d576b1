"""The same platform on PostgreSQL: a run from start to end, and a restart in its middle."""

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
