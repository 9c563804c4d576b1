"""How long deidentify:test takes over HTTP for a text of 200 characters, once warm."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.deid.score import rows
from tests.support.live_platform import LivePlatform

ROUNDS = 400


def main() -> None:
    texts = [row["text"][:200] for row in rows("zh", None) if len(row["text"]) >= 200]
    with tempfile.TemporaryDirectory() as folder:
        platform = LivePlatform(Path(folder))
        platform.start()
        with httpx.Client(base_url=platform.url) as client:
            spent = []
            for number in range(ROUNDS):
                began = time.perf_counter()
                body = {"text": [texts[number % len(texts)]]}
                assert client.post("/api/v1/deidentify:test", json=body).status_code == 200
                spent.append(1000 * (time.perf_counter() - began))
        platform.stop()
    later = sorted(spent[20:])
    print(f"first {spent[0]:.1f} ms, median {statistics.median(later):.1f} ms, "
          f"95th percentile {later[len(later) * 95 // 100]:.1f} ms, {len(texts)} texts")  # fmt: skip


if __name__ == "__main__":
    main()
