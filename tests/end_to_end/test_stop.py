"""Stop ends every process of a run's tree within ten seconds, and only then says so."""

from __future__ import annotations

import time

import pytest

from tests.support.live_platform import LivePlatform

pytestmark = pytest.mark.processes

STUBBORN = """
trap '' TERM
(trap '' TERM; while true; do sleep 1; done) &
setsid bash -c "trap '' TERM; while true; do sleep 1; done" &
nohup bash -c 'while true; do sleep 1; done' >/dev/null 2>&1 &
echo ready
while true; do sleep 1; done
"""


def test_it_kills_the_whole_process_tree(shared_platform: LivePlatform) -> None:
    shared_platform.script(STUBBORN)
    shared_platform.project("stubborn")
    run = shared_platform.run("stubborn")
    run.wait_line("ready")
    run.wait("running")
    assert len(run.processes()) >= 4
    started = time.monotonic()
    assert run.stop().status_code == 200
    data = run.wait_end(timeout=15)
    assert time.monotonic() - started < 10
    assert data["status"] == "stopped"
    assert run.processes() == []


def test_a_polite_script_may_save_first(shared_platform: LivePlatform) -> None:
    shared_platform.script(
        "trap 'echo saved; exit 143' TERM\necho ready\nwhile true; do sleep 0.1; done"
    )
    shared_platform.project("polite")
    run = shared_platform.run("polite")
    run.wait_line("ready")
    run.stop()
    data = run.wait_end(timeout=15)
    assert data["status"] == "stopped"
    assert "saved" in run.script_lines()


def test_stopping_twice_is_stopping_once_and_an_ended_run_cannot_be(
    shared_platform: LivePlatform,
) -> None:
    shared_platform.script(
        "trap 'sleep 2; exit 143' TERM\necho ready\nwhile true; do sleep 0.1; done"
    )
    shared_platform.project("twice")
    run = shared_platform.run("twice")
    run.wait_line("ready")
    assert run.stop().status_code == 200
    assert run.stop().status_code == 200
    run.wait_end(timeout=15)
    answer = run.stop()
    assert answer.status_code == 409
    assert "detail" in answer.json()


def test_leftovers_of_a_finished_script_are_ended(shared_platform: LivePlatform) -> None:
    shared_platform.script("(trap '' TERM HUP; while true; do sleep 1; done) & echo bye")
    shared_platform.project("leftover")
    run = shared_platform.run("leftover")
    assert run.wait_end(timeout=20)["status"] == "succeeded"
    assert run.processes() == []


def test_our_lines_never_fall_into_a_line_of_the_script(shared_platform: LivePlatform) -> None:
    shared_platform.script("while true; do printf '\\rpart %d' $((n++)); done")
    shared_platform.project("parts")
    for _ in range(3):
        run = shared_platform.run("parts")
        run.wait_line("part 2")
        run.stop()
        run.wait_end(timeout=15)
        raw = (run.folder / "run.log").read_bytes()
        ours = [line for line in raw.split(b"\n") if b"[platform]" in line]
        # created, a warning of data that nobody has looked at, started, stop asked for, stopped
        assert len(ours) == 5, ours
        assert all(line.startswith(b"[platform]") for line in ours), ours
