"""What the door adds to the time to first token, at 16 concurrent streams, against going direct."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp

from tests.support.deployments import engine_environment, launch
from tests.support.live_platform import LivePlatform

STREAMS, EACH, ROUNDS = 16, 10, 5
BODY = {
    "model": "bench",
    "messages": [{"role": "user", "content": "hello"}],
    "stream": True,
    "max_tokens": 20,
}


async def first_tokens(client: aiohttp.ClientSession, base: str) -> list[float]:
    """Milliseconds from sending to the first part of the answer, of every stream."""
    found: list[float] = []

    async def one() -> None:
        for _ in range(EACH):
            began = time.perf_counter()
            async with client.post(f"{base}/v1/chat/completions", json=BODY) as answer:
                assert answer.status == 200
                await answer.content.readany()
                found.append(1000 * (time.perf_counter() - began))
                await answer.read()

    await asyncio.gather(*(one() for _ in range(STREAMS)))
    return found


async def measure(platform: LivePlatform, port: int, key: str) -> None:
    direct: list[float] = []
    door: list[float] = []
    # The engine asks for its key; the door of an open platform takes any.
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"}) as client:
        for _ in range(ROUNDS):
            direct += await first_tokens(client, f"http://127.0.0.1:{port}")
            door += await first_tokens(client, platform.url)
    added = statistics.median(door) - statistics.median(direct)
    print(
        f"{STREAMS} streams: first token after {statistics.median(direct):.1f} ms direct, "
        f"{statistics.median(door):.1f} ms by the door (medians of {len(door)}): "
        f"{added:+.1f} ms; 95 %: {quantile(direct):.1f} and {quantile(door):.1f} ms"
    )


def quantile(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[18]


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    settings = engine_environment(folder, HEALTH_INTERVAL="5", METRICS_INTERVAL="10")
    platform = LivePlatform(folder, **settings)
    platform.start()
    try:
        options = "--served-model-name bench --first-delay 0.05 --token-delay 0.02"
        made = launch(platform, options)
        port = made.wait_healthy()["port"]
        key = made.processes()[0].environ()["VLLM_API_KEY"]
        asyncio.run(measure(platform, port, key))
        made.delete(force=True)
    finally:
        platform.stop()


if __name__ == "__main__":
    main()
