"""Readers of a log: offsets hold over what was dropped, and no answer costs more than it shows."""

from __future__ import annotations

import json
import os
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.request import Request

from core.api.log_range import log_response
from core.execution.log_file import GAP, extent, read_log, tail_offset, whole_lines
from core.execution.log_stream import BURST, CHUNK, log_events
from core.execution.log_text import log_tail, tail_bytes
from core.execution.run_folder import RunFolder
from tests.support.wrapped import bound_once

BOUND = 512 * 1024
GIB = 2**30


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder(tmp_path / "run")
    made.create()
    return made


def fill(folder: RunFolder, size: int) -> bytes:
    """Lines of all lengths up to `size`; returns them."""
    lines = []
    while sum(map(len, lines[-1000:])) < size and len(b"".join(lines)) < size:
        lines += [
            f"{n} 第 {'x' * (n % 300)}\n".encode() for n in range(len(lines), len(lines) + 500)
        ]
    content = b"".join(lines)
    folder.log.write_bytes(content)
    return content


@pytest.fixture
def gapped(folder: RunFolder) -> tuple[RunFolder, bytes, bytes]:
    """A log of which something was dropped; all that was written; all that is there."""
    content = fill(folder, 4 * BOUND)
    bound_once(folder.log, BOUND)
    raw, log = folder.log.read_bytes(), extent(folder.log)
    assert 0 < log.gap < log.resume < log.size == len(content)
    assert raw[log.resume :] == content[log.resume :]
    return folder, content, raw[: log.gap] + raw[log.resume :]


def ask(folder: RunFolder, query: str = "", **headers: str) -> tuple[Any, bytes]:
    request = Request(RequestFactory().get(f"/log{query}", headers=headers))
    response: Any = log_response(request, folder)
    return response, b"".join(response) if response.streaming else response.content


def test_a_download_has_all_but_what_was_dropped(gapped: tuple[RunFolder, bytes, bytes]) -> None:
    folder, _content, there = gapped
    response, body = ask(folder)
    assert body == there
    assert response["Content-Length"] == str(len(there))
    assert response["Accept-Ranges"] == "none"  # its own offsets are not the log's
    assert b"\0" not in body


def test_ranges_put_together_are_the_log(gapped: tuple[RunFolder, bytes, bytes]) -> None:
    """A client that asks on from where an answer ended gets all that is there, and no zeros."""
    folder, content, there = gapped
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    taken, offset = b"", 0
    while offset < len(content):
        last = offset + chance.randrange(1, BOUND)
        response, body = ask(folder, range=f"bytes={offset}-{last}")
        if response.status_code == 416:  # all of it dropped; the answer says where to go on
            assert str(extent(folder.log).resume) in body.decode()
            response, body = ask(folder, range=f"bytes={offset}-")
        assert response.status_code == 206
        first, end = map(int, response["Content-Range"].split()[1].split("/")[0].split("-"))
        assert first >= offset
        assert len(body) == end - first + 1 == int(response["Content-Length"])
        taken, offset = taken + body, end + 1
    assert taken == there
    inside = ask(folder, range=f"bytes={GAP + 10}-{GAP + 20}")[0]
    assert inside.status_code == 416
    assert inside["Content-Range"] == f"bytes */{len(content)}"
    assert ask(folder, range=f"bytes={len(content)}-")[0].status_code == 416
    assert ask(folder, range="bytes=-7")[1] == content[-7:]


def test_the_last_lines(gapped: tuple[RunFolder, bytes, bytes]) -> None:
    folder, _content, there = gapped
    lines = there.splitlines(keepends=True)
    for wanted in (1, 3, 500, len(lines) - 3, len(lines), len(lines) + 5):
        assert ask(folder, f"?tail={wanted}")[1] == b"".join(lines[-wanted:])


def test_a_page_shows_the_end_though_few_lines_are_left(
    gapped: tuple[RunFolder, bytes, bytes],
) -> None:
    folder, content, _there = gapped
    resume = extent(folder.log).resume
    assert log_tail(folder, 10**6) == content[resume:].decode().split("\n")
    assert tail_bytes(folder, 10**6) == (resume, content[resume:])


def test_tails_of_any_log_are_its_last_lines(folder: RunFolder) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(100):
        parts = [b"\n" * chance.randrange(3) + b"y" * chance.randrange(40_000) for _ in range(9)]
        content = b"".join(parts) + chance.choice([b"", b"\n", b"\n\n"])
        folder.log.write_bytes(content)
        lines = content.splitlines(keepends=True)
        wanted = chance.randrange(1, len(lines) + 3)
        offset = tail_offset(folder.log, wanted, most=GIB)
        assert content[offset:] == b"".join(lines[-wanted:]), (wanted, content[:50])


def test_a_viewer_skips_what_was_dropped_and_is_told(
    gapped: tuple[RunFolder, bytes, bytes],
) -> None:
    folder, content, there = gapped

    def seen(offset: int) -> tuple[str, int]:
        text = ""
        for event, after in log_events(folder.log, offset, "en"):
            name, data = event.decode().split("data: ", 1)
            assert f"id: {after}\n" in name
            shown = json.loads(data)
            assert (shown["offset"], shown["next"]) == (offset, after)
            text, offset = text + shown["text"], after
        return text, offset

    assert seen(0) == (there.decode("utf-8", "replace"), len(content))
    late, end = seen(GAP + 1000)
    resume = extent(folder.log).resume
    assert late.startswith(f"\n[platform] {resume - GAP - 1000} bytes of the log were dropped\n")
    assert late.endswith(content[resume:].decode())
    assert end == len(content)
    assert seen(10 * len(content)) == ("", len(content))  # a log that was cut shorter


def test_a_viewer_of_a_log_that_outruns_it_is_looked_after(folder: RunFolder) -> None:
    """Status and rights are looked at again after so much, however much there is."""
    folder.log.write_bytes(b"x" * 63 * 1024 * (BURST + 40))
    assert len(list(log_events(folder.log, 0, "en"))) == BURST
    assert CHUNK * BURST <= 2**23


def test_lines_of_a_log_with_a_gap(gapped: tuple[RunFolder, bytes, bytes]) -> None:
    folder, _content, there = gapped
    assert [line for lines, _ in whole_lines(folder.log, 0) for line in lines] == there.split(
        b"\n"
    )[:-1]


def test_a_mark_that_a_script_printed_hides_nothing_but_its_own(folder: RunFolder) -> None:
    head = b"a" * (GAP - 256)
    for claim in (f"{GAP}-999999999999", f"{GAP}-1", "0-999999", f"{GAP + 1}-{GAP + 9}"):
        mark = f"\n[platform] now WARNING [log {claim}] ".encode().ljust(255) + b"\n"
        folder.log.write_bytes(head + mark + b"b" * 5000)
        log = extent(folder.log)
        assert 0 <= log.gap <= log.resume <= log.size == GAP + 5000
        assert ask(folder)[0].status_code == 200
        assert log_tail(folder)


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "nothing"])
def test_what_is_no_log_is_read_as_an_empty_one(
    folder: RunFolder, tmp_path: Path, kind: str
) -> None:
    """A script may put anything in its log's place; what a link leads to is not its reader's."""
    other = tmp_path / "other"
    other.write_text("secret\n" * 100_000)
    folder.log.unlink()
    make = {"link": lambda: folder.log.symlink_to(other), "pipe": lambda: os.mkfifo(folder.log),
            "folder": folder.log.mkdir, "nothing": lambda: None}  # fmt: skip
    make[kind]()
    assert (folder.log_size(), extent(folder.log).size) == (0, 0)
    assert read_log(folder.log, 0, 100) == (0, b"")
    assert log_tail(folder) == [""]
    assert [lines for lines, _ in whole_lines(folder.log, 0) if lines] == []
    assert list(log_events(folder.log, 0, "en")) == []
    assert ask(folder)[1] == ask(folder, "?tail=5")[1] == b""
    bound_once(folder.log, BOUND)
    if kind in ("link", "folder"):
        with pytest.raises(OSError, match=r"symbolic|directory"):
            folder.append_platform_line(timezone.now(), "info", "ours", event="1")
    assert other.read_text() == "secret\n" * 100_000


def bounded(work: Callable[[], Any]) -> Any:
    """What `work` returns, if it took a moment and no memory to speak of."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    result = work()
    assert time.process_time() - started < 2.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 * 1024  # KiB
    return result


def test_an_endless_line_of_a_gigabyte_costs_no_more_than_is_shown(folder: RunFolder) -> None:
    with folder.log.open("r+b") as file:
        file.write(b"first\n")
        file.truncate(GIB)
    start, data = bounded(lambda: tail_bytes(folder, 500))
    assert (start, len(data)) == (GIB - 2**20, 2**20)
    assert len(bounded(lambda: log_tail(folder))) == 1
    response = bounded(lambda: log_response(Request(RequestFactory().get("/log?tail=9")), folder))
    assert int(response["Content-Length"]) <= 64 * 2**20
    assert bounded(lambda: read_log(folder.log, GIB - 5, 100)) == (GIB - 5, bytes(5))
    assert bounded(lambda: sum(1 for _ in log_events(folder.log, 0, "en"))) == BURST
