"""A log that lost its middle takes no more room in a backup than on the disk, and comes back so."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest

from core.execution.log_file import extent
from platform_site.backup import BackupError, verify
from platform_site.backup.restore import _stage
from platform_site.backup.write import Writer
from tests.support.wrapped import bound_once

NAME = "training/runs/一个很长的名字" + "x" * 120 + "/run.log"
LOST = 20 * 2**30
DATABASE = "database.sqlite3"


@pytest.fixture
def archive(tmp_path: Path) -> tuple[Path, Path]:
    """A log of 20 GiB of which little is there, and a backup of it among other files."""
    log, target = tmp_path / "run.log", tmp_path / "b.tar"
    log.write_bytes(b"begin\n" * 30_000)
    with log.open("ab") as file:
        file.truncate(LOST)
        file.write(b"end\n" * 50_000)
    bound_once(log, 300_000)
    small = tmp_path / "small"
    small.write_bytes(b"small")
    empty = tmp_path / "empty"
    with empty.open("wb") as file:
        file.truncate(5 * 2**20)
    with tarfile.open(target, "w") as made:
        writer = Writer(made)
        for name, path in (("storage/a", small), (NAME, log), ("storage/b", small),
                           ("storage/empty", empty), (DATABASE, small)):  # fmt: skip
            writer._add(name, path)
        writer._add_manifest()
    return log, target


def test_it_is_small_whole_and_restored_with_its_holes(
    archive: tuple[Path, Path], settings: Any, tmp_path: Path
) -> None:
    log, target = archive
    staged = {name: tmp_path / "staged" / name for name in ("storage", "training")}
    settings.DATABASES = {"default": {"NAME": str(tmp_path / "db" / "x.sqlite3")}}
    assert target.stat().st_size < 2**20
    started = time.process_time()
    names = {NAME, "storage/a", "storage/b", "storage/empty", DATABASE}
    assert set(verify(target)["sha256"]) == names
    with tarfile.open(target) as made:
        _stage(made, staged)
    assert time.process_time() - started < 5
    again = staged["training"] / NAME.partition("/")[2]
    assert again.stat().st_size == log.stat().st_size
    assert again.stat().st_blocks * 512 < 2**20
    assert extent(again) == extent(log)
    there = extent(log)
    for start, end in there.spans(0, there.size):
        with log.open("rb") as one, again.open("rb") as other:
            one.seek(start)
            other.seek(start)
            assert one.read(end - start) == other.read(end - start)
    assert (staged["storage"] / "b").read_bytes() == b"small"
    assert (staged["storage"] / "empty").read_bytes() == bytes(5 * 2**20)


def test_a_changed_byte_of_it_is_found(archive: tuple[Path, Path]) -> None:
    _log, target = archive
    raw = target.read_bytes()
    target.write_bytes(raw.replace(b"end\nend\n", b"end\nEND\n", 1))
    with pytest.raises(BackupError, match="differs"):
        verify(target)


@pytest.mark.skipif(shutil.which("tar") is None, reason="no tar here")
def test_gnu_tar_reads_it_too(archive: tuple[Path, Path], tmp_path: Path) -> None:
    log, target = archive
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run(["tar", "-xf", str(target), "-C", str(out)], check=True)
    again = out / NAME
    assert again.stat().st_size == log.stat().st_size
    assert again.stat().st_blocks * 512 < 2**20
    assert extent(again) == extent(log)
