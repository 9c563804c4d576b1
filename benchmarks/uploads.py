"""How fast a 100 MiB upload is stored, and what it costs the server in memory."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.live_platform import LivePlatform

MIB = 1024 * 1024
SIZE = 100 * MIB
ROUNDS = 5
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.jsonl"\r\n\r\n'
TAIL = b"\r\n--b--\r\n"


def body() -> Iterator[bytes]:
    yield HEAD
    chunk = b"x" * MIB
    for _ in range(SIZE // MIB):
        yield chunk
    yield TAIL


def upload(platform: LivePlatform, dataset: str) -> float:
    headers = {
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": str(len(HEAD) + SIZE + len(TAIL)),
    }
    began = time.perf_counter()
    answer = platform.http.put(
        f"/api/v1/datasets/{dataset}/files", content=body(), headers=headers, timeout=120
    )
    assert answer.status_code == 200
    return time.perf_counter() - began


def main() -> None:
    platform = LivePlatform(Path(tempfile.mkdtemp(prefix="benchmark-")))
    platform.start()
    try:
        dataset = platform.http.post("/api/v1/datasets", json={"name": "b"}).json()["id"]
        upload(platform, dataset)
        before, peak, done = platform.web_memory(), [0], threading.Event()

        def watch() -> None:
            while not done.wait(0.02):
                peak[0] = max(peak[0], platform.web_memory())

        threading.Thread(target=watch, daemon=True).start()
        seconds = [upload(platform, dataset) for _ in range(ROUNDS)]
        done.set()
    finally:
        platform.stop()
    median = statistics.median(seconds)
    print(f"100 MiB: median {median:.2f} s ({100 / median:.0f} MiB/s), {min(seconds):.2f}", end="")
    print(f"-{max(seconds):.2f} s; memory grew by at most {(peak[0] - before) / MIB:.1f} MiB")


if __name__ == "__main__":
    main()
