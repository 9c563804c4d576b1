"""A log stays within its bound on the disk, and what is kept of it stays where it was."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from core.execution.log_file import GAP, extent, read_log
from tests.support.wrapped import Wrapped, bound_once, until

BOUND = 512 * 1024
LINE = 100
# Numbered lines of 100 bytes behind the opening, so that a line's place follows from its number.
LINES = "python3 -c \"for i in range({count}): print(f'{{i:099d}}', flush=i % 500 == 0){sleep}\""
NO_PUNCH = "log_keeper.punch_hole = lambda *parts: False"
NO_HOLES = f"""{NO_PUNCH}
def dense(log, size, cut=os.ftruncate):
    now = os.fstat(log).st_size
    cut(log, size)
    while now < size:  # as exFAT does
        now += os.pwrite(log, bytes(min(65536, size - now)), now)
os.ftruncate = dense
"""


def used(path: Path) -> int:
    return path.stat().st_blocks * 512


def numbers(log: Path) -> tuple[int, dict[int, int]]:
    """Where the script's first line begins, and the number of each whole line by its offset."""
    begin = log.read_bytes()[:4096].find(b"0" * 99 + b"\n")
    found: dict[int, int] = {}
    offset = 0
    while True:
        start, data = read_log(log, offset, 64 * 1024)
        if not data:
            return begin, found
        lines = data[: data.rfind(b"\n") + 1] or data
        at = start
        for line in lines.splitlines(keepends=True):
            if len(line) == LINE and line[:-1].isdigit():
                found[at] = int(line)
            at += len(line)
        offset = start + len(lines)


def test_a_script_that_prints_without_end_fills_no_disk(
    wrapped: Callable[..., Wrapped],
) -> None:
    run = wrapped(LINES.format(count=200_000, sleep=""), log_bytes=BOUND)
    run.start()
    most = 0
    while run.folder.result() is None:
        most = max(most, used(run.folder.log))
        time.sleep(0.02)
    log = run.folder.log
    assert log.stat().st_size > 200_000 * LINE  # offsets count all of it
    assert used(log) <= BOUND
    begin, found = numbers(log)
    assert all(at == begin + LINE * number for at, number in found.items())
    assert found[begin] == 0
    assert max(found.values()) == 199_999
    last = [number for number in found.values() if number > 100_000]
    assert last == list(range(last[0], 200_000))  # no line of the end is missing, none is cut
    assert len(last) * LINE >= BOUND // 4
    mark = log.read_bytes()[GAP - 256 : GAP].decode()
    assert mark.startswith("\n[platform] ")
    assert f" WARNING [log {GAP}-{extent(log).resume}] dropped here" in mark
    assert mark.endswith("\n")


def test_it_is_bounded_while_it_grows(wrapped: Callable[..., Wrapped], memory_disk: Path) -> None:
    """On a tmpfs, seen from outside, at a pace at which a look is not much late."""
    run = wrapped(
        LINES.format(count=60_000, sleep="; i % 500 or __import__('time').sleep(0.02)"),
        root=memory_disk / "run",
        log_bytes=BOUND,
    )
    run.start()
    seen = []
    while run.folder.result() is None:
        seen.append(used(run.folder.log))
        time.sleep(0.02)
    assert run.folder.log.stat().st_size > 60_000 * LINE
    assert max(seen) < 3 * BOUND
    assert sum(later < earlier for earlier, later in pairwise(seen)) >= 2


def test_without_punching_a_file_is_shortened_and_lengthened(
    wrapped: Callable[..., Wrapped],
) -> None:
    run = wrapped(
        LINES.format(count=60_000, sleep="; i % 500 or __import__('time').sleep(0.02)"),
        log_bytes=BOUND,
        changes=NO_PUNCH,
    )
    run.start()
    run.wait()
    log = run.folder.log
    assert log.stat().st_size > 59_000 * LINE
    assert used(log) <= BOUND
    begin, found = numbers(log)
    assert found[begin] == 0
    assert max(found.values()) == 59_999
    assert extent(log).resume > GAP


def test_where_nothing_can_be_freed_the_log_goes_on_behind_its_beginning(
    wrapped: Callable[..., Wrapped],
) -> None:
    run = wrapped(
        LINES.format(count=30_000, sleep="; i % 500 or __import__('time').sleep(0.02)"),
        log_bytes=BOUND,
        changes=NO_HOLES,
    )
    run.start()
    run.wait()
    log = run.folder.log
    assert log.stat().st_size <= BOUND + 64 * 1024
    content = log.read_bytes()
    assert used(log) <= BOUND
    assert f"{0:099d}\n".encode() in content
    assert f"{29_999:099d}\n".encode() in content
    assert content.count(b"dropped here") == 1
    assert b"\0" not in content
    _begin, found = numbers(log)
    assert max(found.values()) == 29_999


def test_the_script_outlives_the_wrapper_and_still_writes(
    wrapped: Callable[..., Wrapped],
) -> None:
    run = wrapped(
        LINES.format(count=10_000, sleep="; i % 50 or __import__('time').sleep(0.02)"),
        log_bytes=BOUND,
    )
    run.start()
    until(lambda: run.folder.log_size() > 100_000)
    os.kill(run.wrapper().pid, signal.SIGKILL)
    size = run.folder.log_size()
    until(lambda: run.folder.log_size() > size + 100_000)


@pytest.mark.parametrize("bound", [0, BOUND])
def test_a_log_below_its_bound_is_not_touched(tmp_path: Path, bound: int) -> None:
    log = tmp_path / "run.log"
    content = os.urandom(BOUND - 8192 if bound else 4 * BOUND)
    log.write_bytes(content)
    bound_once(log, bound)
    assert log.read_bytes() == content


def test_one_endless_line_is_bounded_too(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    log.write_bytes(b"x" * (4 * BOUND))
    bound_once(log, BOUND)
    assert used(log) <= BOUND
    start, data = read_log(log, GAP, 10 * BOUND)
    assert start + len(data) == 4 * BOUND
    assert set(data) == {ord("x")}


def test_a_log_over_several_attempts_has_one_gap(tmp_path: Path) -> None:
    """Each attempt has a keeper of its own, under whatever bound is set by then."""
    log = tmp_path / "engine.log"
    resumes = []
    for bound in (BOUND, 2 * BOUND, BOUND, BOUND // 2):
        with log.open("ab") as file:
            for number in range(3 * BOUND // LINE):
                file.write(f"{number:099d}\n".encode())
        bound_once(log, bound)
        assert used(log) <= bound
        resumes.append(extent(log).resume)
    assert resumes == sorted(resumes)
    assert b"\0" not in b"".join(
        read_log(log, offset, 1 << 20)[1] for offset in (0, extent(log).resume)
    )
