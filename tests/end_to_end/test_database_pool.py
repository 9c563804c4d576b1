"""PostgreSQL with few connections: viewers who stay hold none, requests wait their turn."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.support.live_platform import LivePlatform
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.processes
CONNECTIONS = 8
VIEWERS = 30


@pytest.mark.timeout(180)
def test_viewers_of_a_log_hold_no_connection(tmp_path: Path, postgres: PostgresServer) -> None:
    platform = LivePlatform(
        tmp_path, DATABASE_URL=postgres.url, DATABASE_POOL_SIZE=str(CONNECTIONS)
    )
    platform.start()
    try:
        platform.script("echo begun; exec sleep 60")
        platform.project("watched")
        run = platform.run("watched")
        run.wait("running")
        with ExitStack() as viewers, httpx.Client(
            base_url=platform.url, timeout=20, trust_env=False,
            limits=httpx.Limits(max_connections=VIEWERS),
        ) as http:  # fmt: skip
            for _viewer in range(VIEWERS):
                stream = viewers.enter_context(http.stream("GET", f"{run.path}/events"))
                assert stream.status_code == 200, platform.log_tail()
                assert next(stream.iter_text())
            assert platform.http.get("/api/projects").status_code == 200
            assert platform.http.get(run.page).status_code == 200
        platform.http.post(f"{run.path}/stop")
        run.wait("stopped")
    finally:
        platform.stop()
