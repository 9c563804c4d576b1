"""Paths that come from input: checked as text, then resolved under their root."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

from django.utils.translation import gettext as _

from core.errors import Invalid

MAX_PATH_CHARACTERS = 1024
MAX_NAME_BYTES = 255  # what every file system here allows for one name
logger = logging.getLogger(__name__)


def check_relative(name: str, *, field: str) -> str:
    """Return `name` if it can be a relative path; raise Invalid naming `field` if not."""
    shown = name[:80]
    if not name.strip() or any(ord(character) < 32 or ord(character) == 127 for character in name):
        raise Invalid(
            _("%(field)s must be a path without control characters") % {"field": field}, field=field
        )
    if len(name) > MAX_PATH_CHARACTERS or any(
        len(part.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES for part in name.split("/")
    ):
        raise Invalid(
            _("%(field)s is too long (%(limit)s bytes a name at most)")
            % {"field": field, "limit": MAX_NAME_BYTES},
            field=field,
        )
    if name.startswith(("/", "~")) or "\\" in name or ".." in name.split("/"):
        raise Invalid(
            _("%(field)s must stay inside its folder: %(name)s") % {"field": field, "name": shown},
            field=field,
        )
    return name


def resolve_under(root: Path, name: str, *, field: str) -> Path:
    """Resolve `name` (symbolic links too) and refuse what lies outside `root`."""
    check_relative(name, field=field)
    base = root.resolve()
    try:
        resolved = (base / name).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise Invalid(
            _("%(field)s cannot be resolved: %(name)s") % {"field": field, "name": name[:80]},
            field=field,
        ) from error
    if not resolved.is_relative_to(base):
        raise Invalid(
            _("%(field)s must stay inside its folder: %(name)s") % {"field": field, "name": name},
            field=field,
        )
    return resolved


def fsync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """A second name for the same bytes where the file system has such, else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def remove_tree(folder: Path) -> list[str]:
    """Remove a folder and all in it as far as that goes. Returns, and logs, what stayed and why."""
    stayed: list[str] = []

    def note(_function: object, path: str, error: tuple[object, BaseException, object]) -> None:
        if not isinstance(error[1], FileNotFoundError):
            stayed.append(f"{path}: {error[1]}")

    shutil.rmtree(folder, onerror=note)
    if stayed:
        logger.warning("%s: not removed: %s (%d in all)", folder, stayed[0], len(stayed))
    return stayed


def write_atomic(path: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write a small file so that readers see the old or the new content, never a part.

    `mode`: as far as the process's umask leaves it.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with open(os.open(temporary, flags, mode), "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)
