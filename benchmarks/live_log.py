"""How many viewers of one live log a web process carries, and how late they see a line."""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

import httpx
import psutil

from tests.support.live_platform import LivePlatform, LiveRun

VIEWERS = 200
SECONDS = 10


async def view(client: httpx.AsyncClient, path: str, delays: list[float]) -> None:
    async with client.stream("GET", f"{path}?tail=0", timeout=60) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: ") and '"text"' in line:
                for entry in json.loads(line[6:])["text"].splitlines():
                    if entry.startswith("at "):
                        delays.append(time.time() - float(entry[3:]))
            elif line == "event: end":
                return


async def measure(run: LiveRun) -> list[float]:
    delays: list[float] = []
    limits = httpx.Limits(max_connections=VIEWERS + 10)
    async with httpx.AsyncClient(base_url=run.platform.url, limits=limits) as client:
        await asyncio.gather(*(view(client, f"{run.path}/events", delays) for _ in range(VIEWERS)))
    return delays


def main() -> None:
    platform = LivePlatform(Path(tempfile.mkdtemp(prefix="benchmark-")))
    platform.start()
    try:
        platform.script(
            f"for i in $(seq {SECONDS * 5}); do echo at $(date +%s.%N); sleep 0.2; done"
        )
        platform.project("live")
        run = platform.run("live")
        run.wait("running")
        web = psutil.Process(platform.groups()["web"])
        family = [web, *web.children(recursive=True)]
        before = sum(sum(one.cpu_times()[:2]) for one in family)
        began = time.monotonic()
        delays = asyncio.run(measure(run))
        cpu = sum(sum(one.cpu_times()[:2]) for one in family) - before
        share = 100 * cpu / (time.monotonic() - began)
    finally:
        platform.stop()
    late = statistics.quantiles(delays, n=100)
    print(
        f"{VIEWERS} viewers, one web process: a line is seen after {late[49]:.2f} s (median), ",
        end="",
    )
    print(f"{late[98]:.2f} s (99 %); {share:.0f} % of a core")


if __name__ == "__main__":
    main()
