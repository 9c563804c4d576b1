"""Many viewers of one log: it is read once for all, and each gets all of it, once."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from core.accounts import stream_rights
from core.accounts.actor import Actor
from core.execution import live_log, log_feed
from core.execution.log_feed import Source
from core.execution.run_folder import RunFolder

ACTOR = Actor(User(pk=4712), "local")


@dataclass
class Job:
    """Something that writes a log."""

    folder: RunFolder
    over: bool = False
    broken: bool = False
    asked: int = 0

    def source(self) -> Source:
        return Source("job", self.folder, self.status, lambda _actor: True)

    def status(self) -> dict[str, Any]:
        self.asked += 1
        if self.broken:
            raise OSError
        return {"status": "over" if self.over else "running", "finished_at": self.over or None}

    def write(self, data: bytes) -> None:
        with self.folder.log.open("ab") as file:
            file.write(data)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    folder = RunFolder(tmp_path)
    folder.create()
    return Job(folder)


def stream(job: Job, offset: int = 0) -> AsyncIterator[bytes]:
    return live_log._stream(ACTOR, job.source(), offset, "en")


async def watched(job: Job, offset: int = 0, pause: float = 0.0) -> list[dict[str, Any]]:
    """Every event of one viewer, to the end."""
    data = b""
    async for part in stream(job, offset):
        data += part
        await asyncio.sleep(pause)
    events = []
    for block in data.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            events.append({"event": fields["event"], **json.loads(fields["data"])})
    return events


def text(events: list[dict[str, Any]]) -> str:
    return "".join(one["text"] for one in events if one["event"] == "log")


def run(steps: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(steps, 30))


def test_viewers_who_come_at_any_time_get_all_of_it_once(job: Job) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    rng = random.Random(seed)
    lines = "".join(f"第 {number} 行 🙂\n" for number in range(3000)).encode()

    async def steps() -> None:
        viewers, at = [], 0
        while at < len(lines):
            size = rng.randrange(1, 4000)
            job.write(lines[at : at + size])  # it may end within a character
            at += size
            if len(viewers) < 20:
                pause = rng.choice([0, 0, 0.05])
                viewers.append(asyncio.ensure_future(watched(job, 0, pause)))
            await asyncio.sleep(0.02)
        job.over = True
        for events in await asyncio.gather(*viewers):
            assert text(events) == lines.decode()
            assert events[-1] == {"event": "end", "offset": len(lines)}
            assert [one["status"] for one in events if one["event"] == "status"][-1] == "over"

    run(steps())


def test_a_log_is_read_and_its_status_asked_once_for_all(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0
    real = log_feed.log_events

    def counted(*arguments: Any) -> Any:
        nonlocal reads
        reads += 1
        return real(*arguments)

    async def steps() -> None:
        nonlocal reads
        viewers = [asyncio.ensure_future(watched(job)) for _ in range(100)]
        await asyncio.sleep(0.3)
        assert job.asked <= 3
        monkeypatch.setattr(log_feed, "log_events", counted)
        monkeypatch.setattr(live_log, "log_events", counted)
        for _ in range(20):
            job.write(b"line\n")
            await asyncio.sleep(0.05)
        assert 2 <= reads <= 14
        job.over = True
        assert all(text(events) == "line\n" * 20 for events in await asyncio.gather(*viewers))
        await asyncio.sleep(0.2)

    run(steps())
    assert not log_feed._feeds


def test_who_is_slower_than_the_log_reads_it_by_themselves(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_feed, "KEPT_BYTES", 2000)
    whole = b"".join(b"line %d\n" % number for number in range(4000))

    async def steps() -> None:
        slow = asyncio.ensure_future(watched(job, pause=0.5))
        for at in range(0, len(whole), 4000):
            job.write(whole[at : at + 4000])
            await asyncio.sleep(0.1)
        job.over = True
        assert text(await slow) == whole.decode()

    run(steps())


def test_a_viewer_of_what_was_started_again_is_not_told_of_its_old_end(job: Job) -> None:
    job.over = True

    async def steps() -> None:
        assert (await watched(job))[-1]["event"] == "end"
        job.over = False  # while the feed of the first viewer is still there
        again = asyncio.ensure_future(watched(job))
        await asyncio.sleep(0.2)
        job.write(b"again\n")
        await asyncio.sleep(0.3)
        job.over = True
        events = await again
        statuses = [one["status"] for one in events if one["event"] == "status"]
        assert (statuses, text(events)) == (["running", "over"], "again\n")

    run(steps())


def test_who_is_shut_out_sees_no_more(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_log, "RIGHTS_CHECK", 0.2)
    monkeypatch.setattr(log_feed, "TICK", 0.1)
    allowed: list[bool] = []
    monkeypatch.setattr(stream_rights, "_still_allowed", lambda *_arguments: bool(allowed))

    async def steps() -> None:
        allowed.append(True)
        viewers = [asyncio.ensure_future(watched(job)) for _ in range(3)]
        await asyncio.sleep(0.5)
        assert not any(viewer.done() for viewer in viewers)
        allowed.clear()
        for events in await asyncio.gather(*viewers):
            assert events[-1]["event"] != "end"

    run(steps())


def test_a_feed_that_fails_ends_its_streams_for_viewers_to_come_back(job: Job) -> None:
    async def steps() -> None:
        viewer = asyncio.ensure_future(watched(job))
        await asyncio.sleep(0.2)
        job.broken = True
        assert (await viewer)[-1]["event"] != "end"
        job.broken, job.over = False, True
        assert (await watched(job))[-1]["event"] == "end"

    run(steps())
