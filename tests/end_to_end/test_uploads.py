"""A large upload over real HTTP: the server's memory does not grow with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.live_platform import LivePlatform

pytestmark = pytest.mark.processes

MIB = 1024 * 1024
LIMIT = 100 * MIB
HEAD = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.jsonl"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n"
)
TAIL = b"\r\n--b--\r\n"


def body(size: int) -> Iterator[bytes]:
    yield HEAD
    chunk = b"x" * MIB
    for start in range(0, size, MIB):
        yield chunk[: min(MIB, size - start)]
    yield TAIL


def upload(platform: LivePlatform, dataset: str, size: int, *, chunked: bool) -> httpx.Response:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    if not chunked:
        headers["Content-Length"] = str(len(HEAD) + size + len(TAIL))
    return platform.http.put(
        f"/api/v1/datasets/{dataset}/files", content=body(size), headers=headers, timeout=120
    )


def stored(platform: LivePlatform) -> list[Path]:
    return [path for path in platform.storage.rglob("*") if path.is_file()]


def test_a_full_size_upload_costs_little_memory(live_platform: LivePlatform) -> None:
    dataset = live_platform.http.post("/api/v1/datasets", json={"name": "d"}).json()["id"]
    upload(live_platform, dataset, MIB, chunked=False)
    with growth(live_platform) as grown:
        answer = upload(live_platform, dataset, LIMIT, chunked=False)
    assert answer.status_code == 200
    assert answer.json()["bytes"] == LIMIT
    print(f"grew by {grown[0] / MIB:.1f} MiB")
    assert grown[0] < 16 * MIB


@contextmanager
def growth(platform: LivePlatform) -> Iterator[list[int]]:
    """By how many bytes the web server's memory grew, at its peak within the block."""
    before = platform.web_memory()
    grown = [0]
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            grown[0] = max(grown[0], platform.web_memory() - before)
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield grown
    finally:
        done.set()
        watcher.join()


def test_downloads_of_files_and_logs_cost_little_memory(live_platform: LivePlatform) -> None:
    dataset = live_platform.http.post("/api/v1/datasets", json={"name": "d"}).json()["id"]
    file = upload(live_platform, dataset, LIMIT, chunked=False).json()["upload_id"]
    live_platform.script(f"head -c {LIMIT} /dev/zero | tr '\\0' 'x' | fold -w 99")
    live_platform.project("long")
    run = live_platform.run("long")
    run.wait_end()
    for path in (f"/datasets/files/{file}/download/", f"{run.path}/log"):
        live_platform.http.get("/healthz")
        with growth(live_platform) as grown, live_platform.http.stream("GET", path) as answer:
            size = sum(len(chunk) for chunk in answer.iter_bytes())
        assert size == int(answer.headers["Content-Length"]) >= LIMIT
        print(f"{path} grew by {grown[0] / MIB:.1f} MiB")
        assert grown[0] < 16 * MIB, path


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("over", [1, 50 * MIB])
def test_more_than_the_limit_is_413_and_leaves_no_file(
    shared_platform: LivePlatform, over: int, chunked: bool
) -> None:
    dataset = shared_platform.http.post("/api/v1/datasets", json={"name": "d"}).json()["id"]
    before = set(stored(shared_platform))
    try:
        answer = upload(shared_platform, dataset, LIMIT + over, chunked=chunked)
        assert answer.status_code == 413
        assert "detail" in answer.json()
    except httpx.WriteError:
        assert over > 1  # the server need not read on after it has refused
    assert set(stored(shared_platform)) == before


def test_an_over_long_file_name_is_refused(shared_platform: LivePlatform) -> None:
    dataset = shared_platform.http.post("/api/v1/datasets", json={"name": "d"}).json()["id"]
    before = set(stored(shared_platform))
    answer = shared_platform.http.put(
        f"/api/v1/datasets/{dataset}/files", files={"file": ("长" * 100 + ".jsonl", b"{}\n")}
    )
    assert answer.status_code == 400
    assert "255" in answer.json()["detail"]
    assert set(stored(shared_platform)) == before


def test_a_chunked_upload_of_unknown_length_works(shared_platform: LivePlatform) -> None:
    dataset = shared_platform.http.post("/api/v1/datasets", json={"name": "d"}).json()["id"]
    answer = upload(shared_platform, dataset, 3 * MIB, chunked=True)
    assert (answer.status_code, answer.json()["bytes"]) == (200, 3 * MIB)


def test_a_broken_off_upload_leaves_no_file(shared_platform: LivePlatform) -> None:
    dataset = shared_platform.http.post("/api/v1/datasets", json={"name": "d"}).json()["id"]
    before = set(stored(shared_platform))

    def broken() -> Iterator[bytes]:
        yield HEAD + b"x" * MIB
        raise RuntimeError("the line went dead")

    with pytest.raises(RuntimeError):
        shared_platform.http.put(
            f"/api/v1/datasets/{dataset}/files",
            content=broken(),
            headers={"Content-Type": "multipart/form-data; boundary=b"},
        )
    time.sleep(1)
    assert set(stored(shared_platform)) == before
