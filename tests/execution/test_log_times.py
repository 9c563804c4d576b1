"""The times of a log's bytes: found in an index of any length, which stays small by itself."""

from __future__ import annotations

import random
import time
from bisect import bisect_left
from pathlib import Path

import pytest

from core.execution import log_keeper
from core.execution.log_times import BLOCK, LogTimes


def write_index(path: Path, count: int, chance: random.Random) -> tuple[list[int], list[float]]:
    """As the releases before wrote it, too: a line a second."""
    sizes, moments, size = [], [], 0
    for number in range(count):
        size += chance.randrange(1, 5000)
        sizes.append(size)
        moments.append(1.7e9 + number)
    text = "".join(f"{m:.3f} {s}\n" for m, s in zip(moments, sizes, strict=True))
    path.write_text(text)
    return sizes, moments


@pytest.mark.parametrize("count", [0, 1, 2, 700, 200_000])
def test_it_finds_what_a_search_of_all_finds(tmp_path: Path, count: int) -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    path = tmp_path / "log.index"
    sizes, moments = write_index(path, count, chance)
    times = LogTimes(path)
    asked = [0, 1, *(chance.randrange((sizes or [1])[-1] + 10) for _ in range(300))]
    asked += [one + more for one in sizes[-3:] for more in (-1, 0, 1)]
    for offset in asked:
        index = bisect_left(sizes, offset)
        assert times.at(offset) == (moments[index] if index < len(sizes) else None), offset


def test_a_line_is_found_by_few_reads(tmp_path: Path) -> None:
    path = tmp_path / "log.index"
    sizes, moments = write_index(path, 500_000, random.Random(4))
    started = time.process_time()
    for number in range(499_000, 500_000, 10):
        assert LogTimes(path).at(sizes[number]) == moments[number]
    assert time.process_time() - started < 1.0  # 100 of them; reading it all takes that for one
    assert path.stat().st_size > 100 * BLOCK


def test_no_index_and_half_a_line_are_no_error(tmp_path: Path) -> None:
    path = tmp_path / "log.index"
    assert LogTimes(path).at(5) is None
    path.write_bytes(b"1700000000.000 10\n17000\n1700000002.000 30\n1700000003.0")
    times = LogTimes(path)
    assert [times.at(at) for at in (5, 20, 31)] == [1.7e9, 1.7e9 + 2, None]


class Folder:
    """What the wrapper's index needs of a run folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> str:
        return str(self.root / name)


def test_the_index_thins_itself_and_stays_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest stay as they were, older ones get coarser."""
    monkeypatch.setattr(log_keeper, "INDEX_BYTES", 2**17)
    log = tmp_path / "run.log"
    log.touch()
    index = log_keeper.LogIndex(Folder(tmp_path), str(log))
    path = tmp_path / "log.index"
    size, moment, sizes, moments = 0, 1.7e9, [], []
    for _round in range(20):
        with path.open("a") as file:
            for _ in range(2_000):
                size, moment = size + 100, moment + 1
                sizes.append(size)
                moments.append(moment)
                file.write(f"{moment:.3f} {size}\n")
        if path.stat().st_size > log_keeper.INDEX_BYTES:
            index.thin()
    assert path.stat().st_size < 2 * log_keeper.INDEX_BYTES
    times = LogTimes(path)
    assert times.at(sizes[-1]) == moments[-1]
    assert times.at(sizes[-500]) == moments[-500]
    for number in range(0, len(sizes), 100):
        late = times.at(sizes[number])
        assert late is not None
        assert 0 <= late - moments[number] < 120
    assert not list(tmp_path.glob("*.tmp"))


def test_the_index_grows_with_the_log_and_begins_anew_with_it(tmp_path: Path) -> None:
    log = tmp_path / "run.log"
    index = log_keeper.LogIndex(Folder(tmp_path), str(log))
    for content in ("a" * 10, "a" * 10, "a" * 30, "a" * 5):
        log.write_text(content)
        index.next = 0.0
        index.tick()
    lines = (tmp_path / "log.index").read_text().splitlines()
    assert [int(line.split()[1]) for line in lines] == [5]
