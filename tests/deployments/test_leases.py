"""A hundred launches at once on eight GPUs: nothing is leased twice, the rest is told why."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import psycopg
import pytest

from tests.support.deployments import declared_gpus, engine_environment, leases, stand_in_model
from tests.support.live_platform import LivePlatform
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.processes
LAUNCHES = 100
GPUS = 8


def launch_many(platform: LivePlatform) -> list[httpx.Response]:
    """All at the same moment: every client is connected before the first asks."""
    body = {"model_path": str(stand_in_model(platform))}
    connected = Barrier(LAUNCHES, timeout=60)

    def one(_index: int) -> httpx.Response:
        with httpx.Client(base_url=platform.url, timeout=120, trust_env=False) as http:
            http.get("/healthz")
            connected.wait()
            return http.post("/api/v1/deployments", json=body, headers={"Accept-Language": "en"})

    with ThreadPoolExecutor(LAUNCHES) as pool:
        return list(pool.map(one, range(LAUNCHES)))


def check(platform: LivePlatform, read_leases: Any) -> None:
    answers = launch_many(platform)
    codes = Counter(answer.status_code for answer in answers)
    assert codes == {201: GPUS, 503: LAUNCHES - GPUS}, platform.log_tail()
    made = [answer.json() for answer in answers if answer.status_code == 201]
    assert sorted(one["gpu_id"] for one in made) == list(range(GPUS))
    assert len({one["port"] for one in made}) == GPUS
    refused = next(answer.json() for answer in answers if answer.status_code == 503)
    assert refused["detail"].startswith("1 GPUs are needed; of the 8")
    held = Counter((kind, value) for kind, value, _holder in read_leases())
    assert set(held.values()) == {1}
    assert len(held) == 2 * GPUS
    for one in made:
        path = f"/api/v1/deployments/{one['deployment_id']}?force=true"
        assert platform.http.delete(path).status_code == 200
    assert read_leases() == []
    # The reason of each refusal leaves nothing behind.
    assert platform.http.get("/api/v1/deployments").json() == []


@pytest.mark.timeout(300)
def test_on_sqlite(tmp_path: Path) -> None:
    platform = LivePlatform(
        tmp_path, **engine_environment(tmp_path, GPU_INVENTORY=declared_gpus(tmp_path, GPUS))
    )
    platform.start()
    try:
        check(platform, lambda: leases(platform))
    finally:
        platform.stop()


@pytest.mark.timeout(300)
def test_on_postgresql(tmp_path: Path, postgres: PostgresServer) -> None:
    settings = engine_environment(
        tmp_path, GPU_INVENTORY=declared_gpus(tmp_path, GPUS), DATABASE_URL=postgres.url
    )
    platform = LivePlatform(tmp_path, **settings)
    platform.start()

    def read() -> list[tuple[Any, ...]]:
        with psycopg.connect(postgres.url) as connection:
            rows = connection.execute("select kind, value, holder_id from platform_site_lease")
            return rows.fetchall()

    try:
        check(platform, read)
    finally:
        platform.stop()
