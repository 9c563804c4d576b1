"""How long the list of 300 deployments takes, of which 150 accept a connection and never answer."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.deployments import engine_environment
from tests.support.live_platform import LivePlatform
from tests.support.ports import port_range

ALL, HUNG, TRIES, TIMEOUT = 300, 150, 7, 2.0
ROWS = """
from django.conf import settings
from django.utils import timezone
from deployments.models import Deployment
from core.accounts.roles import local_operator
owner, now = local_operator(), timezone.now()
Deployment.objects.bulk_create(
    Deployment(model_path=f"/models/m{{i}}", served_names=[f"m{{i}}"], host=settings.PLATFORM_HOST,
               port={low} + i, status="running", executor="local", submitted_at=now, owner=owner)
    for i in range({count}))
"""


async def serve(low: int) -> None:
    """So many ports of one process: the first half hang, the others answer at once."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = writer.get_extra_info("sockname")[1]
        while await reader.readline():
            if port - low < HUNG:
                await asyncio.sleep(3600)
            while (await reader.readline()).strip():
                pass
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()

    for port in range(low, low + ALL):
        await asyncio.start_server(handle, "127.0.0.1", port)
    await asyncio.Event().wait()


def main() -> None:
    low, _high = port_range(ALL)
    engines = subprocess.Popen([sys.executable, "-m", "benchmarks.deployment_list", str(low)])
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    settings = engine_environment(folder, DEPLOY_HTTP_TIMEOUT=str(TIMEOUT), HEALTH_INTERVAL="5")
    platform = LivePlatform(folder, **settings)
    platform.start()
    try:
        platform.manage("shell", "-c", ROWS.format(low=low, count=ALL))
        took = []
        for _ in range(TRIES):
            began = time.monotonic()
            rows = platform.http.get("/api/v1/deployments").json()
            took.append(time.monotonic() - began)
            healthy = sum(row["health_ok"] for row in rows)
            assert (len(rows), healthy) == (ALL, ALL - HUNG), (len(rows), healthy)
    finally:
        platform.stop()
        engines.kill()
    print(
        f"{ALL} deployments, {HUNG} of them hung, DEPLOY_HTTP_TIMEOUT {TIMEOUT} s: "
        f"{statistics.median(took):.2f} s (median of {TRIES}), {max(took):.2f} s (slowest)"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        asyncio.run(serve(int(sys.argv[1])))
    else:
        main()
