"""What a backup holds, file by file, and what its restore refuses; without a running platform."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from core.files.paths import link_or_copy
from deid import keys
from platform_site.backup import BackupError, backup, restore, verify
from platform_site.backup.write import Hashed

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Overriding setting DATABASES"),
]
NAME = "database.sqlite3"


@pytest.fixture
def machine(settings: Any, tmp_path: Path) -> Path:
    """A full platform's folders; the database is a file that only looks like one."""
    file = tmp_path / "platform.sqlite3"
    file.write_bytes(b"")
    settings.DATABASES = {"default": {**settings.DATABASES["default"], "NAME": str(file)}}
    datasets = settings.LLM_APP_STORAGE / "datasets"
    datasets.mkdir()
    (datasets / "u.jsonl").write_bytes(b"{}\n" * 1000)
    for folder in ("runs/1/inputs", "runs/2/output", "models/tiny", ".venv/lib", "uploads"):
        (settings.HOST_TRAINING_DIR / folder).mkdir(parents=True)
    (settings.HOST_TRAINING_DIR / ".venv" / "lib" / "x.py").write_text("x")
    (settings.HOST_TRAINING_DIR / "uploads" / "kept.txt").write_text("a folder of a user's name")
    (settings.HOST_TRAINING_DIR / "models" / "tiny" / "w.bin").write_bytes(os.urandom(5000))
    keys.key_make("team")
    return tmp_path


def emptied(settings: Any, tmp_path: Path) -> None:
    """Another machine."""
    for name in ("LLM_APP_STORAGE", "HOST_TRAINING_DIR", "DEID_KEY_DIR"):
        setattr(settings, name, tmp_path / "second" / name.lower())
    settings.DATABASES["default"]["NAME"] = str(tmp_path / "second" / "platform.sqlite3")
    (tmp_path / "second").mkdir()
    User.objects.all().delete()


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".venv" not in path.parts
    }


def test_a_file_of_several_names_is_there_under_each(machine: Path, settings: Any) -> None:
    upload = settings.LLM_APP_STORAGE / "datasets" / "u.jsonl"
    training = settings.HOST_TRAINING_DIR
    link_or_copy(upload, training / "runs" / "1" / "inputs" / "u.jsonl")
    os.link(training / "models" / "tiny" / "w.bin", training / "runs" / "2" / "output" / "w.bin")
    assert (training / "runs" / "1" / "inputs" / "u.jsonl").stat().st_nlink == 2
    before = {root: files_of(root) for root in (settings.LLM_APP_STORAGE, training)}
    backup(machine / "b.tar")
    emptied(settings, machine)
    restore(machine / "b.tar")
    assert [*before.values()] == [
        files_of(settings.LLM_APP_STORAGE), files_of(settings.HOST_TRAINING_DIR),
    ]  # fmt: skip
    assert not (settings.HOST_TRAINING_DIR / ".venv").exists()
    assert (settings.DEID_KEY_DIR / "team.key").stat().st_mode & 0o777 == 0o600


def test_links_inside_are_kept_and_those_outside_said(
    machine: Path, settings: Any, capsys: Any
) -> None:
    training, outside = settings.HOST_TRAINING_DIR, machine / "models-of-all"
    outside.mkdir()
    (outside / "secret.bin").write_text("not ours")
    links = {
        "datasets": "runs/1", "models/again": "tiny", "latest": "models/tiny/w.bin",
        "data.jsonl": str(settings.LLM_APP_STORAGE / "datasets" / "u.jsonl"),
    }  # fmt: skip
    left_out = {"models/qwen": str(outside), "etc": "/etc", "loop": "loop", "env": ".venv"}
    for name, target in (links | left_out).items():
        (training / name).symlink_to(target)
    (training / "models" / "again2").symlink_to("again")
    os.mkfifo(training / "pipe")
    call_command("backup", str(machine / "b.tar"))
    said = capsys.readouterr().err
    for name in (*left_out, "pipe"):
        assert f"NOT IN THE BACKUP: training/{name} -> " in said
    assert f"training/models/qwen -> {outside}" in said
    emptied(settings, machine)
    report = restore(machine / "b.tar")
    assert set(report.left_out) == {f"training/{name}" for name in (*left_out, "pipe")}
    restored = settings.HOST_TRAINING_DIR
    for name in links:
        link = restored / name
        assert link.is_symlink() and link.exists()
        assert link.resolve().is_relative_to(machine / "second"), "it leads to what is restored"
    assert (restored / "models" / "again2" / "w.bin").is_file()
    assert not any((restored / name).is_symlink() for name in left_out)


def test_a_missing_key_is_said(machine: Path, settings: Any, capsys: Any) -> None:
    (settings.DEID_KEY_DIR / "team.key").unlink()
    call_command("backup", str(machine / "b.tar"))
    assert "The key team is missing from DEID_KEY_DIR" in capsys.readouterr().err


def test_it_is_not_written_into_what_it_backs_up(machine: Path, settings: Any) -> None:
    with pytest.raises(BackupError, match="choose another place"):
        backup(settings.HOST_TRAINING_DIR / "b.tar")


def as_before(machine: Path, settings: Any) -> Path:
    """What the release before wrote of a file with two names: the second is a link in the tar."""
    content, target = b"{}\n" * 10, machine / "old.tar"
    hashes: dict[str, str] = {}
    with tarfile.open(target, "w") as archive:

        def add(name: str, data: bytes, link: str = "") -> None:
            info = tarfile.TarInfo(name)
            info.size = 0 if link else len(data)
            if link:
                info.type, info.linkname = tarfile.LNKTYPE, link
            archive.addfile(info, io.BytesIO(data))
            hashes[name] = hashlib.sha256(b"" if link else data).hexdigest()

        add(NAME, b"")
        add("storage/datasets/u.jsonl", content)
        add("training/runs/1/inputs/u.jsonl", content, link="storage/datasets/u.jsonl")
        manifest = json.dumps({"format": 1, "version": "0.1.0", "sha256": hashes}).encode()
        add("manifest.json", manifest)
    return target


def test_one_of_the_release_before_is_read(machine: Path, settings: Any) -> None:
    file = as_before(machine, settings)
    emptied(settings, machine)
    (settings.LLM_APP_STORAGE / ".restore" / "datasets").mkdir(parents=True)
    (settings.LLM_APP_STORAGE / ".restore" / "datasets" / "u").write_text("of one that was killed")
    restore(file)
    assert not (settings.LLM_APP_STORAGE / ".restore").exists()
    second = settings.HOST_TRAINING_DIR / "runs" / "1" / "inputs" / "u.jsonl"
    assert second.read_bytes() == b"{}\n" * 10


def rewritten(source: Path, target: Path, change: Any) -> Path:
    """The archive with `change(member, data)` made to each member; None leaves one out."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            file = old.extractfile(member)
            for info, data in change(member, file.read() if file else b""):
                info.size = len(data) if info.isreg() else 0
                new.addfile(info, io.BytesIO(data))
    return target


def named(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def with_more(info: tarfile.TarInfo) -> Any:
    def change(member: Any, data: bytes) -> Any:
        return [(member, data), (info, b"x")] if member.name == NAME else [(member, data)]

    return change


def of_manifest(**entries: Any) -> Any:
    def change(member: Any, data: bytes) -> Any:
        if member.name != "manifest.json":
            return [(member, data)]
        return [(member, json.dumps({**json.loads(data), **entries}).encode())]

    return change


BROKEN = {
    "a byte changed": lambda member, data: [(member, data.replace(b"{", b"[", 1))],
    "a file is gone": lambda member, data: [] if "u.jsonl" in member.name else [(member, data)],
    "no manifest": lambda member, data: [] if "manifest" in member.name else [(member, data)],
    "a file twice": lambda member, data: [(member, data)] * 2,
    "a stray file": with_more(named("storage/../../evil")),
    "an absolute name": with_more(named("/etc/evil")),
    "an unknown folder": with_more(named("home/evil")),
    "a symbolic link": with_more(named("storage/l", tarfile.SYMTYPE, "/etc/passwd")),
    "a hard link": with_more(named("storage/l", tarfile.LNKTYPE, NAME)),
    "a link to nowhere": with_more(named("storage/l", tarfile.LNKTYPE, "/etc/passwd")),
    "a device": with_more(named("storage/l", tarfile.CHRTYPE)),
    "a format to come": of_manifest(format=3),
    "no hashes": of_manifest(sha256=[]),
    "a link out": of_manifest(links={"storage/l": "../../etc"}),
    "a folder out": of_manifest(folders=["storage/../../x"]),
    "a link over a file": of_manifest(links={"storage/datasets/u.jsonl": "storage/x"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_bad_one_is_refused_and_nothing_is_touched(
    machine: Path, settings: Any, name: str
) -> None:
    backup(machine / "b.tar")
    bad = rewritten(machine / "b.tar", machine / "bad.tar", BROKEN[name])
    emptied(settings, machine)
    with pytest.raises(BackupError):
        verify(bad)
    with pytest.raises(CommandError):
        call_command("restore", str(bad))
    assert list((machine / "second").iterdir()) == []


def test_what_breaks_on_the_way_leaves_nothing(machine: Path, settings: Any) -> None:
    """The place of the training folder is a file: found when storage and database are staged."""
    backup(machine / "b.tar")
    emptied(settings, machine)
    settings.HOST_TRAINING_DIR.write_text("in the way")
    with pytest.raises(OSError):
        restore(machine / "b.tar")
    left = [path for path in (machine / "second").rglob("*") if path.is_file()]
    assert left == [settings.HOST_TRAINING_DIR]


def test_another_key_is_not_written_over(machine: Path, settings: Any) -> None:
    backup(machine / "b.tar")
    emptied(settings, machine)
    settings.DEID_KEY_DIR.mkdir()
    (settings.DEID_KEY_DIR / "team.key").write_text("00" * 32)
    with pytest.raises(BackupError, match="another key"):
        restore(machine / "b.tar")


def test_a_file_that_is_cut_while_it_is_read_is_filled_up(machine: Path) -> None:
    """Its length was told before: the archive stays whole, and it is said."""
    file = machine / "cut"
    file.write_bytes(b"x" * 100)
    with file.open("rb") as opened:
        reader = Hashed(opened)
        os.truncate(file, 10)
        assert reader.read(100) == b"x" * 10 + b"\0" * 90 and reader.short
