"""The event stream of a run: everything once, resumed where a viewer was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.live_platform import LivePlatform, LiveRun

pytestmark = pytest.mark.processes


def read_events(run: LiveRun, *, last_id: str = "", stop_after: int = 0) -> list[dict[str, Any]]:
    headers = {"Last-Event-ID": last_id} if last_id else {}
    events: list[dict[str, Any]] = []
    with run.platform.http.stream(
        "GET", f"{run.path}/events", headers=headers, timeout=60
    ) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        event: dict[str, Any] = {}
        for line in stream.iter_lines():
            if line.startswith("event: "):
                event["event"] = line[7:]
            elif line.startswith("id: "):
                event["id"] = line[4:]
            elif line.startswith("data: "):
                event["data"] = json.loads(line[6:])
            elif not line and event:
                events.append(event)
                if event["event"] == "end" or len(events) == stop_after:
                    return events
                event = {}
    return events


def text(events: list[dict[str, Any]]) -> str:
    return "".join(event["data"]["text"] for event in events if event["event"] == "log")


def test_a_viewer_sees_all_of_it_and_the_end(shared_platform: LivePlatform) -> None:
    shared_platform.script(
        'for i in 1 2 3; do echo "第 $i 行 🙂"; sleep 0.3; done; printf "a\\rb\\n"; exit 4'
    )
    shared_platform.project("seen")
    run = shared_platform.run("seen")
    events = read_events(run)
    assert text(events) == run.log()
    statuses = [event["data"]["status"] for event in events if event["event"] == "status"]
    assert statuses[-1] == "failed"
    assert "a\rb\n" in text(events)


def test_a_viewer_that_comes_back_misses_and_repeats_nothing(live_platform: LivePlatform) -> None:
    live_platform.script("for i in $(seq 1 60); do echo line $i; sleep 0.1; done")
    live_platform.project("back")
    run = live_platform.run("back")
    run.wait_line("line 5")
    first = [event for event in read_events(run, stop_after=4) if event["event"] == "log"]
    live_platform.kill("web")
    live_platform.wait_ready()
    rest = read_events(run, last_id=first[-1]["id"])
    assert text(first) + text(rest) == run.log()


def test_bad_starts_and_strangers_are_refused(shared_platform: LivePlatform) -> None:
    shared_platform.script("echo hi")
    shared_platform.project("bad-start")
    run = shared_platform.run("bad-start")
    run.wait_end()
    http = shared_platform.http
    assert http.get(f"{run.path}/events", headers={"Last-Event-ID": "x"}).status_code == 400
    assert http.get(f"{run.path}/events?offset=-1").status_code == 400
    assert http.get(f"{run.path}x/events").status_code == 404
    beyond = read_events(run, last_id="99999999")
    assert text(beyond) == ""
    assert beyond[-1]["event"] == "end"
