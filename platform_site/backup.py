"""Backup of all the platform keeps in one tar file, and its restore to an empty machine."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection

from core.files.paths import fsync_folder, write_atomic
from platform_site.sparse_tar import add_sparse, holes_of, sparse_digest

MANIFEST = "manifest.json"
FORMAT = 1
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
# Unfinished, or made again from the rest.
LEFT_OUT: dict[str, set[str]] = {
    "storage": {"uploads", "jobs"},
    "training": {".venv", ".cache", "__pycache__"},
    "deid_keys": set(),
}


class BackupError(Exception):
    """Why a backup could not be made, trusted or restored."""


@dataclass(frozen=True)
class Report:
    files: int
    size: int
    missing: list[str]


def folders() -> dict[str, Path]:
    """Name in the archive and folder of what lies beside the database."""
    return {
        "storage": settings.LLM_APP_STORAGE,
        "training": settings.HOST_TRAINING_DIR,
        "deid_keys": settings.DEID_KEY_DIR,
    }


def backup(target: Path) -> Report:
    """Write `target` (mode 0600), while the platform runs. Raises BackupError, OSError.

    The database is copied first, in one snapshot. Uploads are only added and removed, never
    changed, so a file deleted meanwhile is the one thing that can be missing; it is reported.
    """
    hashes: dict[str, str] = {}
    missing: list[str] = []
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as archive:
            with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
                name, path = _dump(Path(scratch))
                _add(archive, name, path, hashes)
            for name, path in _files():
                try:
                    _add(archive, name, path, hashes)
                except FileNotFoundError:
                    missing.append(name)
            _add_manifest(archive, hashes)
            raw.flush()
            os.fsync(raw.fileno())
        temporary.replace(target)
        fsync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return Report(len(hashes), target.stat().st_size, missing)


def _files() -> Iterator[tuple[str, Path]]:
    key = Path(settings.PLATFORM_VAR) / "secret_key"
    if key.is_file():
        yield "secret_key", key
    for name, root in folders().items():
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            if path.is_file() and not path.is_symlink() and LEFT_OUT[name].isdisjoint(inside.parts):
                yield f"{name}/{inside.as_posix()}", path


class _Hashed:
    """A file that is hashed while the archive reads it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


def _add(archive: tarfile.TarFile, name: str, path: Path, hashes: dict[str, str]) -> None:
    """A log may grow while it is read: its length is what it was at first."""
    with path.open("rb") as file:
        info = archive.gettarinfo(arcname=name, fileobj=file)
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        if (spans := holes_of(file, info.size)) is not None:
            hashes[name] = add_sparse(archive, info, path, spans)
            return
        reader = _Hashed(file)
        archive.addfile(info, reader)
    hashes[name] = reader.digest.hexdigest()


def _add_manifest(archive: tarfile.TarFile, hashes: dict[str, str]) -> None:
    manifest = {"format": FORMAT, "version": settings.VERSION, "sha256": hashes}
    data = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size = len(data)
    info.mode = 0o600
    archive.addfile(info, io.BytesIO(data))


def _dump(scratch: Path) -> tuple[str, Path]:
    name = DATABASES[connection.vendor]
    path = scratch / name
    if connection.vendor == "sqlite":
        source = sqlite3.connect(settings.DATABASES["default"]["NAME"])
        copy = sqlite3.connect(path)
        try:
            source.backup(copy)
        finally:
            copy.close()
            source.close()
    else:
        _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={path}")
    return name, path


def _postgres(program: str, *arguments: str) -> None:
    """Run a client program of PostgreSQL; the password goes by the environment, not by argv."""
    database = settings.DATABASES["default"]
    environment = os.environ | {
        name: str(database[key])
        for name, key in (
            ("PGHOST", "HOST"), ("PGPORT", "PORT"), ("PGUSER", "USER"),
            ("PGPASSWORD", "PASSWORD"), ("PGDATABASE", "NAME"),
        )
        if database.get(key)
    }  # fmt: skip
    try:
        done = subprocess.run(
            [program, *arguments], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise BackupError(f"{program} is not installed (package postgresql-client)") from None
    if done.returncode != 0:
        raise BackupError(f"{program}: {done.stderr.strip()[-500:]}")


def verify(source: Path) -> dict[str, Any]:
    """The manifest of a whole and unchanged backup. Raises BackupError."""
    seen: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    try:
        with source.open("rb") as raw, tarfile.open(fileobj=raw) as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isreg() else None
                if content is None:
                    raise BackupError(f"{member.name}: not a plain file")
                if member.name == MANIFEST:
                    manifest = json.loads(content.read())
                elif member.issparse():
                    seen[member.name] = sparse_digest(raw, member)
                else:
                    seen[member.name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BackupError(f"{source}: not a backup, or a broken one ({error})") from error
    if manifest is None or manifest.get("format") != FORMAT:
        raise BackupError(f"{source}: not a whole backup of a format this release knows")
    if seen != manifest["sha256"]:
        raise BackupError(f"{source}: the content differs from its manifest")
    return manifest


def restore(source: Path) -> Report:
    """Fill an empty machine from `source`. Raises BackupError before anything is written."""
    manifest = verify(source)
    name = DATABASES[connection.vendor]
    if name not in manifest["sha256"]:
        raise BackupError(f"the backup holds another kind of database than {connection.vendor}")
    _check_empty()
    with tarfile.open(source) as archive:
        for member in archive:
            if member.name == name:
                _restore_database(archive, member)
            elif member.name == "secret_key" and settings.LOCAL:
                write_atomic(Path(settings.PLATFORM_VAR) / "secret_key", _content(archive, member))
                (Path(settings.PLATFORM_VAR) / "secret_key").chmod(0o600)
            else:
                _restore_file(archive, member)
    return Report(len(manifest["sha256"]), source.stat().st_size, [])


def _check_empty() -> None:
    storage = Path(settings.LLM_APP_STORAGE)
    if any(path.is_file() for path in storage.rglob("*")):
        raise BackupError(f"{storage} is not empty: restore only to an empty machine")
    if "auth_user" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM auth_user")
            if cursor.fetchone()[0]:
                raise BackupError("the database is not empty: restore only to an empty machine")


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file else b""


def _restore_file(archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    """Extract below its folder; the data filter refuses paths and links that lead out of it."""
    top, _, inside = member.name.partition("/")
    root = folders().get(top)
    if root is None or not inside:
        return
    root.mkdir(parents=True, exist_ok=True, mode=0o700 if top == "deid_keys" else 0o777)
    archive.extract(member.replace(name=inside), root, filter="data")


def _restore_database(archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    if connection.vendor == "sqlite":
        _restore_sqlite(archive, member)
        return
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / member.name
        with path.open("wb") as file:
            shutil.copyfileobj(archive.extractfile(member), file)  # type: ignore[arg-type]
        connection.close()
        database = str(settings.DATABASES["default"]["NAME"])
        _postgres(
            "pg_restore", "--no-owner", "--clean", "--if-exists", "--exit-on-error",
            f"--dbname={database}", str(path),
        )  # fmt: skip


def _restore_sqlite(archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    target = Path(settings.DATABASES["default"]["NAME"])
    connection.close()
    for suffix in ("", "-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    archive.extract(member.replace(name=target.name), target.parent, filter="data")
