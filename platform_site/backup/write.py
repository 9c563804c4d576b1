"""Writes a backup, while the platform runs."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from core.files.paths import fsync_folder
from platform_site.backup import database
from platform_site.backup.archive import (
    FORMAT,
    MANIFEST,
    SECRET_FILE,
    BackupError,
    Report,
    folders,
    verify,
)
from platform_site.sparse_tar import add_sparse, holes_of

# Unfinished, or made again from the rest: at the top of a folder, and anywhere in it.
LEFT_OUT_AT_TOP: dict[str, set[str]] = {"storage": {"uploads", "jobs"}, "training": {".venv"}}
LEFT_OUT: dict[str, set[str]] = {"training": {".cache", "__pycache__"}}


def backup(target: Path) -> Report:
    """Write `target` (mode 0600) and read it once more. Raises BackupError, OSError.

    The database is copied first, in one snapshot. Uploads are only added and removed, never
    changed, so a file deleted meanwhile is the one thing that can be missing; it is reported.
    """
    for root in folders().values():
        if target.resolve().is_relative_to(root.resolve()):
            raise BackupError(f"{target}: lies in {root}, which is backed up; choose another place")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as archive:
            writer = Writer(archive)
            writer.write_all(target.parent)
            raw.flush()
            os.fsync(raw.fileno())
        verify(temporary)  # better now than on the day when it is needed
        temporary.replace(target)
        fsync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    writer.report.size = target.stat().st_size
    return writer.report


class Writer:
    """Puts files into an archive, each with its content: a second name of one, too."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self.archive = archive
        self.report = Report()
        self.hashes: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.folders: list[str] = []

    def write_all(self, scratch_in: Path) -> None:
        with tempfile.TemporaryDirectory(dir=scratch_in) as scratch:
            path = database.dump(Path(scratch))
            self._add(database.name_of_kind(), path)
        key = Path(settings.PLATFORM_VAR) / SECRET_FILE
        if key.is_file():
            self._add(SECRET_FILE, key)
        for name, path in _entries():
            try:
                self._take(name, path)
            except FileNotFoundError:
                self.report.missing.append(name)
        self.report.files = len(self.hashes)
        self._add_manifest()

    def _take(self, name: str, path: Path) -> None:
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            self._add(name, path)
        elif stat.S_ISDIR(mode):
            self.folders.append(name)
        elif not stat.S_ISLNK(mode):
            self.report.left_out[name] = "no plain file"
        elif target := _inside(path):
            self.links[name] = target
        else:
            self.report.left_out[name] = str(path.readlink())

    def _add(self, name: str, path: Path) -> None:
        """A log may grow while it is read: its length is what it was at first."""
        # Never through a link that a script has put in the file's place meanwhile.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        with os.fdopen(os.open(path, flags), "rb") as file:
            facts = os.fstat(file.fileno())
            info = tarfile.TarInfo(name)
            info.size, info.mtime = facts.st_size, int(facts.st_mtime)
            info.mode = stat.S_IMODE(facts.st_mode)
            if (spans := holes_of(file, info.size)) is not None:
                self.hashes[name] = add_sparse(self.archive, info, path, spans)
                return
            reader = Hashed(file)
            self.archive.addfile(info, reader)
        self.hashes[name] = reader.digest.hexdigest()
        if reader.short:
            self.report.changed.append(name)

    def _add_manifest(self) -> None:
        manifest = {
            "format": FORMAT,
            "version": settings.VERSION,
            "sha256": self.hashes,
            "links": self.links,
            "folders": self.folders,
            "left_out": self.report.left_out,
        }
        data = json.dumps(manifest, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(data)
        info.mode = 0o600
        self.archive.addfile(info, io.BytesIO(data))


class Hashed:
    """A file that is hashed while the archive reads it; one that is cut meanwhile ends in zeros."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()
        self.short = False

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        if len(data) < size:
            self.short = True
            data = data.ljust(size, b"\0")
        self.digest.update(data)
        return data


def _entries() -> Iterator[tuple[str, Path]]:
    """Everything in the folders, but for folders that something is in."""
    for name, root in folders().items():
        top = LEFT_OUT_AT_TOP.get(name, set())
        for folder, subfolders, files in os.walk(root):
            here = Path(folder)
            linked = [one for one in subfolders if (here / one).is_symlink()]
            left_out = LEFT_OUT.get(name, set()) | (top if here == Path(root) else set())
            subfolders[:] = sorted(set(subfolders) - set(linked) - left_out)
            if not files and not linked and not subfolders and here != Path(root):
                yield f"{name}/{here.relative_to(root).as_posix()}", here
            for file in sorted({*files, *linked} - left_out):
                yield f"{name}/{(here / file).relative_to(root).as_posix()}", here / file


def _inside(link: Path) -> str | None:
    """What a link leads to, by its name in the archive; None where that is not in it."""
    try:
        target = link.resolve()
    except (OSError, RuntimeError):  # a link to itself
        return None
    for name, root in folders().items():
        if target != root.resolve() and target.is_relative_to(root.resolve()):
            inside = target.relative_to(root.resolve())
            if inside.parts[0] in LEFT_OUT_AT_TOP.get(name, set()):
                return None
            if LEFT_OUT.get(name, set()).isdisjoint(inside.parts):
                return f"{name}/{inside.as_posix()}"
    return None
