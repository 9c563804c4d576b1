"""What lies in a backup, and whether one is whole.

Format 2: plain files only, each with its content, and a manifest with the SHA-256 of each, the
symbolic links among them and what was left out. Format 1, of the release before, wrote a file
with several names once and the other names as links in the tar file, which are followed.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings

from platform_site.sparse_tar import sparse_digest

MANIFEST = "manifest.json"
FORMAT = 2
FORMATS = (1, FORMAT)
SECRET_FILE = "secret_key"  # noqa: S105  # nosec B105 - a name
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
EMPTY = hashlib.sha256(b"").hexdigest()


class BackupError(Exception):
    """Why a backup could not be made, trusted or restored."""


@dataclass
class Report:
    """`missing`: deleted while it was made; `changed`: cut while it was read; `left_out`: links
    that lead out of what is backed up, with their targets, and what is no plain file."""

    files: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def folders() -> dict[str, Path]:
    """Name in the archive and folder of what lies beside the database."""
    return {
        "storage": settings.LLM_APP_STORAGE,
        "training": settings.HOST_TRAINING_DIR,
        "deid_keys": settings.DEID_KEY_DIR,
    }


def is_name(name: str) -> bool:
    """Whether something of that name may lie in a backup: never a way out of its folder."""
    if name in {SECRET_FILE, *DATABASES.values()}:
        return True
    top, *inside = name.split("/")
    plain = all(part not in ("", ".", "..") for part in inside)
    return top in folders() and bool(inside) and plain and "\0" not in name


def verify(source: Path) -> dict[str, Any]:
    """The manifest of a whole and unchanged backup. Raises BackupError, OSError."""
    try:
        with source.open("rb") as raw, tarfile.open(fileobj=raw) as archive:
            seen, linked, manifest = _read(archive, raw)
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{source}: not a backup, or a broken one ({error})") from error
    if manifest.get("format") not in FORMATS or not isinstance(manifest.get("sha256"), dict):
        raise BackupError(f"{source}: not a whole backup of a format this release knows")
    if linked and manifest["format"] != 1:
        raise BackupError(f"{linked[0]}: not a plain file")
    # The release before noted nothing of the content of a second name.
    if seen | dict.fromkeys(linked, EMPTY) != manifest["sha256"]:
        raise BackupError(f"{source}: the content differs from its manifest")
    for name, target in manifest.get("links", {}).items():
        if not (is_name(name) and is_name(target)) or name in seen:
            raise BackupError(f"{name}: a link that no backup has")
    for name in manifest.get("folders", []):
        if not is_name(name):
            raise BackupError(f"{name}: a folder that no backup has")
    return manifest


def _read(
    archive: tarfile.TarFile, raw: IO[bytes]
) -> tuple[dict[str, str], list[str], dict[str, Any]]:
    """Digests of all files, those that are second names of others, and the manifest."""
    seen: dict[str, str] = {}
    linked: list[str] = []
    manifest: dict[str, Any] = {}
    for member in archive:
        content = content_of(archive, member)
        if member.name == MANIFEST:
            manifest = dict(json.loads(content.read()))
            continue
        if member.name in seen or not is_name(member.name):
            raise BackupError(f"{member.name}: a name that no backup has, or twice")
        if member.issparse():
            seen[member.name] = sparse_digest(raw, member)
        else:
            seen[member.name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
        if member.islnk():
            linked.append(member.name)
    return seen, linked, manifest


def content_of(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    """The bytes of a plain file, or of the one that a second name stands for."""
    content = archive.extractfile(member) if member.isreg() or member.islnk() else None
    if content is None:
        raise BackupError(f"{member.name}: not a plain file")
    return content


def place_of(name: str) -> Path:
    """Where a name of the archive lies on this machine."""
    top, _, inside = name.partition("/")
    return folders()[top] / PurePosixPath(inside)
