"""Restores a backup: all of it is laid beside its place first, then moved there."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from core.files.paths import write_atomic
from platform_site.backup import database
from platform_site.backup.archive import (
    MANIFEST,
    SECRET_FILE,
    BackupError,
    Report,
    content_of,
    folders,
    place_of,
    verify,
)

STAGED = ".restore"
FOLDER_KEY = "deid_keys/_folder.key"  # an empty platform has one, which seals nothing


def restore(source: Path) -> Report:
    """Fill an empty machine from `source`. Raises BackupError before anything is changed.

    A full disk or a broken read leaves nothing behind either: what is moved at the end is whole.
    """
    manifest = verify(source)
    if database.name_of_kind() not in manifest["sha256"]:
        raise BackupError(f"the backup holds another kind of database than {connection.vendor}")
    staged = {name: root / STAGED for name, root in folders().items()}
    for folder in staged.values():  # of a restore that was killed
        shutil.rmtree(folder, ignore_errors=True)
    _check_empty(manifest["sha256"])
    dump: Path | None = None
    try:
        for name, root in folders().items():
            root.mkdir(parents=True, exist_ok=True, mode=0o700 if name == "deid_keys" else 0o777)
            staged[name].mkdir(mode=0o700)
        with tarfile.open(source) as archive:
            secret, dump = _stage(archive, staged)
        database.put_in_place(dump)
        if secret and settings.LOCAL:
            key = Path(settings.PLATFORM_VAR) / SECRET_FILE
            write_atomic(key, secret)
            key.chmod(0o600)
        for name, root in folders().items():
            _move_into(staged[name], root)
        # Logs of engines are not in it; their folder is, or the rows would wait for its mount.
        Path(settings.DEPLOY_LOG_DIR).mkdir(parents=True, exist_ok=True)
        for name in manifest.get("folders", []):
            place_of(name).mkdir(parents=True, exist_ok=True)
        _make_links(manifest.get("links", {}))
    finally:
        for folder in staged.values():
            shutil.rmtree(folder, ignore_errors=True)
        if dump is not None:
            dump.unlink(missing_ok=True)
    left_out = manifest.get("left_out", {})
    return Report(len(manifest["sha256"]), source.stat().st_size, left_out=left_out)


def _check_empty(hashes: dict[str, Any]) -> None:
    storage = Path(settings.LLM_APP_STORAGE)
    if any(path.is_file() for path in storage.rglob("*")):
        raise BackupError(f"{storage} is not empty: restore only to an empty machine")
    database.check_empty()
    for name, digest in hashes.items():
        if name.startswith("deid_keys/") and name != FOLDER_KEY:
            _check_key(place_of(name), digest)


def _check_key(path: Path, digest: str) -> None:
    """A key that is written over is lost, with all that it sealed."""
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise BackupError(f"{path} is another key than the backup's: move it away first")


def _stage(archive: tarfile.TarFile, staged: dict[str, Path]) -> tuple[bytes, Path]:
    """Each file beside its place; the secret key and the copy of the database."""
    secret, dump = b"", None
    for member in archive:
        top, _, inside = member.name.partition("/")
        content = content_of(archive, member)
        if member.name == database.name_of_kind():
            dump = database.stage(content)
        elif member.name == SECRET_FILE:
            secret = content.read()
        elif member.islnk():  # of the release before: another name of a file that came earlier
            path = staged[top] / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                shutil.copyfileobj(content, file)
        elif member.name != MANIFEST:
            # The filter refuses what leads out of the folder, and dangerous modes.
            archive.extract(member.replace(name=inside), staged[top], filter="data")
    if dump is None:
        raise BackupError(f"{database.name_of_kind()} has gone from the archive since it was read")
    return secret, dump


def _move_into(staged: Path, target: Path) -> None:
    """Whole folders where there is none of the name, else what is in them."""
    for one in sorted(staged.iterdir()):
        place = target / one.name
        if one.is_dir() and place.is_dir() and not place.is_symlink():
            _move_into(one, place)
        else:
            one.replace(place)


def _make_links(links: dict[str, str]) -> None:
    for name, target in links.items():
        place = place_of(name)
        if not place.is_symlink() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(os.path.relpath(place_of(target), place.parent.resolve()))
