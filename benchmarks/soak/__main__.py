"""A busy day in minutes: viewers of a live log, API calls and chats together, and what grows.

    python -m benchmarks.soak [--minutes 10] [--plot soak.svg] [--json soak.json]

Prints delays and errors, and by how much memory, descriptors and threads have grown; --minutes 60
for an hour. The load comes from this machine too and shares its cores. Viewers follow a run that
writes 100 lines a second; chats go through the door to a stand-in engine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.soak.load import Heard, call, talk, view
from benchmarks.soak.watch import Sample, growth, plot, watch
from tests.support.deployments import engine_environment, launch
from tests.support.live_platform import LivePlatform, LiveRun

VIEWERS, CALLS, STREAMS, TOKENS = 200, 50.0, 64, 60
WRITES = """python3 -u -c '
import time
while True:
    print("at %.6f" % time.time())
    time.sleep(0.01)'"""


async def load(run: LiveRun, seconds: float) -> tuple[Heard, list[Sample]]:
    platform, heard, samples = run.platform, Heard(), list[Sample]()
    assert platform.process is not None
    made = platform.http.post("/api/v1/datasets", json={"name": "soak"}).json()["id"]
    asked = [
        ("GET", f"/api/v1/datasets/{made}"), ("GET", "/api/v1/deployments"), ("GET", run.path),
        ("GET", "/api/projects"), ("POST", "/api/v1/datasets"),
    ]  # fmt: skip
    watching = asyncio.create_task(watch(platform.process.pid, samples, every=seconds / 60))
    await asyncio.gather(
        view(platform.port, f"{run.path}/events", heard, viewers=VIEWERS, seconds=seconds),
        call(platform.url, asked, heard, rate=CALLS, seconds=seconds),
        talk(platform.port, heard, streams=STREAMS, tokens=TOKENS, seconds=seconds),
    )
    watching.cancel()
    return heard, samples


def measure(minutes: float) -> tuple[Heard, list[Sample]]:
    """With the default number of web processes."""
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    settings = {
        "WEB_WORKERS": str(min(os.cpu_count() or 1, 2)), "INFERENCE_CONCURRENCY": "2000",
        "HEALTH_INTERVAL": "5", "METRICS_INTERVAL": "10",
    }  # fmt: skip
    platform = LivePlatform(folder, **engine_environment(folder, **settings))
    platform.script(WRITES)
    platform.start()
    try:
        engine = launch(platform, "--served-model-name bench --first-delay 0.05 --token-delay 0.02")
        engine.wait_healthy()
        platform.project("soak")
        run = platform.run("soak")
        run.wait("running")
        found = uvloop.run(load(run, 60 * minutes))
        run.stop()
        engine.delete(force=True)
        return found
    finally:
        platform.stop()


def summary(heard: Heard, samples: list[Sample]) -> dict[str, Any]:
    delays = {"api": heard.calls, "log line": heard.lines, "first token": heard.chats.first}
    grown = {name: [asdict(one)[name] for one in samples] for name in asdict(samples[0])}
    used = samples[-1].cpu_seconds - samples[0].cpu_seconds
    return {
        "seconds": samples[-1].seconds,
        "errors": len(heard.all_errors()),
        "counts": {name: len(values) for name, values in delays.items()},
        "events": heard.chats.events,
        "p50_ms": {name: _percentile(values, 50) for name, values in delays.items()},
        "p99_ms": {name: _percentile(values, 99) for name, values in delays.items()},
        "cores": round(used / samples[-1].seconds, 2),
        "growth_percent": {
            name: round(100 * growth(grown[name]), 1)
            for name in ("memory_mb", "descriptors", "threads")
        },
    }


def _percentile(values: list[float], percent: int) -> float:
    return round(statistics.quantiles(values, n=100)[percent - 1], 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--plot", type=Path, help="an SVG of memory, descriptors and threads")
    parser.add_argument("--json", type=Path, help="the figures and all samples")
    options = parser.parse_args()
    heard, samples = measure(options.minutes)
    found = summary(heard, samples)
    print(json.dumps(found, indent=1))
    for error in heard.all_errors()[:10]:
        print(error)
    if options.plot:
        plot(samples, options.plot)
    if options.json:
        rows = [asdict(one) for one in samples]
        options.json.write_text(json.dumps({**found, "samples": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
