"""The platform's lines in a log: each exactly once, in a moment, whatever the log's length."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.execution.platform_lines import PlatformLines
from core.execution.run_folder import RunFolder
from tests.support.wrapped import until

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from core.execution.platform_lines import PlatformLines
lines = PlatformLines(Path(sys.argv[1]), Path(sys.argv[2]))
start = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
for number in range(int(sys.argv[3])):
    at = start + timedelta(seconds=number)
    lines.append(str(number), at, "info", f"event {number}", anew=True)
print("done", flush=True)
"""


@pytest.fixture
def lines(tmp_path: Path) -> PlatformLines:
    return PlatformLines(tmp_path / "run.log", tmp_path / "control" / "platform_lines.index")


def add(lines: PlatformLines, number: int = 1) -> None:
    at = MOMENT + timedelta(seconds=number)
    lines.append(str(number), at, "info", f"event {number}", anew=True)


def test_once_however_often_it_is_written(lines: PlatformLines) -> None:
    for _ in range(3):
        add(lines, 1)
        add(lines, 2)
    content = lines.log.read_text()
    assert content.split("\n") == [
        "[platform] 2026-01-02T03:04:06.678901Z INFO event 1",
        "",
        "[platform] 2026-01-02T03:04:07.678901Z INFO event 2",
        "",
    ]


def test_a_line_is_kept_apart_from_one_that_was_begun(lines: PlatformLines) -> None:
    lines.log.write_bytes(b"half a line")
    lines.append("1", MOMENT, "info", "ours", anew=False)
    lines.append("2", MOMENT, "info", "ours too", anew=False)
    raw = lines.log.read_bytes().split(b"\n")
    assert raw[0] == b"half a line"
    assert raw[1].endswith(b"ours")
    assert raw[2].endswith(b"ours too")


def test_a_crash_after_the_line_does_not_repeat_it(lines: PlatformLines) -> None:
    """All records of what was done are lost; what was begun says where to look."""
    with lines.log.open("wb") as log:
        log.truncate(3 * 2**20)
    for number in range(5):
        add(lines, number)
        with lines.log.open("ab") as log:
            log.write(b"x" * 2**20)
    kept = [line for line in lines.index.read_bytes().split(b"\n") if not line.startswith(b"done")]
    lines.index.write_bytes(b"\n".join(kept))
    for number in range(5):
        add(lines, number)
    content = lines.log.read_bytes()
    assert [content.count(f"INFO event {n}\n".encode()) for n in range(5)] == [1] * 5


def test_a_crash_before_the_line_does_not_lose_it(lines: PlatformLines) -> None:
    add(lines, 1)
    with lines.index.open("ab") as index:
        index.write(f"\nbegun 2 {lines.log.stat().st_size};\n\nbegun 3 ".encode())
    add(lines, 2)
    add(lines, 3)
    content = lines.log.read_bytes()
    assert [content.count(f"INFO event {n}\n".encode()) for n in (1, 2, 3)] == [1, 1, 1]


def test_a_line_of_the_release_before_is_seen(lines: PlatformLines) -> None:
    """It wrote no index, and may have crashed between the line and the row."""
    lines.log.write_text("x\n[platform] 2026-01-02T03:04:06.678901Z INFO event 1\nscript\n")
    add(lines, 1)
    assert lines.log.read_text().count("event 1") == 1


def test_the_length_of_the_log_costs_nothing(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.create()
    folder.append_platform_line(MOMENT, "info", "created", event="1")
    with folder.log.open("ab") as log:
        log.truncate(2 * 2**30)
    times = []
    for number in range(2, 12):
        started = time.process_time()
        folder.append_platform_line(MOMENT, "info", f"event {number}", event=str(number))
        folder.append_platform_line(MOMENT, "info", f"event {number}", event=str(number))
        times.append(time.process_time() - started)
    assert sorted(times)[5] < 0.05
    with folder.log.open("rb") as log:
        log.seek(2 * 2**30)
        assert log.read().count(b"event 7\n") == 1


def test_one_index_for_a_log_over_several_attempts(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "id.log"
    log.parent.mkdir()
    for attempt in ("1", "2"):
        folder = RunFolder(tmp_path / "logs" / "id" / attempt, log)
        folder.append_platform_line(MOMENT, "info", "before it is created", event="7")
        folder.create()
        folder.append_platform_line(MOMENT, "info", "before it is created", event="7")
    assert log.read_text().count("before it is created") == 1


def test_somebody_frozen_with_the_lock_holds_nobody_up(lines: PlatformLines) -> None:
    add(lines, 1)
    with lines.log.open("ab") as frozen:
        fcntl.flock(frozen, fcntl.LOCK_EX)
        started = time.monotonic()
        with pytest.raises(OSError, match="unavailable"):
            add(lines, 2)
        assert time.monotonic() - started < 4
    add(lines, 2)
    assert lines.log.read_text().count("event 2") == 1


def test_many_writers_that_are_killed_write_each_line_once(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    log, index = tmp_path / "run.log", tmp_path / "platform_lines.index"
    script = tmp_path / "writer.py"
    script.write_text(WRITER)
    root = str(Path(__file__).resolve().parents[2])
    argv = [sys.executable, str(script), str(log), str(index), "60"]
    noise = subprocess.Popen(["bash", "-c", f"while sleep 0.001; do echo noise >> {log}; done"])

    def writer() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            argv, env={**os.environ, "PYTHONPATH": root}, stdout=subprocess.PIPE
        )

    try:
        for _round in range(6):
            two = [writer(), writer()]
            until(log.exists)
            time.sleep(0.2 + chance.random() * 0.2)
            for one in two:
                one.send_signal(signal.SIGKILL)
                one.communicate()
        last = writer()
        assert last.communicate(timeout=60)[0] == b"done\n"
    finally:
        noise.kill()
        noise.wait()
    content = log.read_bytes()
    counts = [content.count(f"INFO event {n}\n".encode()) for n in range(60)]
    assert counts == [1] * 60
    ours = [line for line in content.split(b"\n") if b"[platform]" in line]
    assert all(line.startswith(b"[platform]") for line in ours)
