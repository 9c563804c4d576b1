"""Folders of the settings: there, writable, with room for bytes and for files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from platform_site.doctor.facts import Facts
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity

FOLDERS = ("LLM_APP_STORAGE", "HOST_TRAINING_DIR", "PLATFORM_VAR", "DEPLOY_LOG_DIR")
GIB = 1024**3
FULL_BYTES = GIB
LOW_BYTES, LOW_SHARE = 10 * GIB, 0.05
LOW_INODES, LOW_INODE_SHARE = 10_000, 0.02

_ROOM = _("Make room: remove runs, datasets or logs that nobody needs, or give the disk more")
CODES: Codes = {
    "folder_absent": Explanation(
        Severity.ERROR,
        _("%(subject)s: the folder %(path)s is not there"),
        _("Mount it, or mend the setting; manage.py serve makes it where it may"),
    ),
    "folder_read_only": Explanation(
        Severity.ERROR,
        _("%(subject)s: the folder %(path)s cannot be written by this user"),
        _("Run this command as the platform's user; else chown or remount %(path)s"),
    ),
    "disk_full": Explanation(
        Severity.ERROR, _("%(subject)s: %(free)s GiB are left at %(path)s"), _ROOM
    ),
    "disk_low": Explanation(
        Severity.WARNING, _("%(subject)s: %(free)s GiB are left at %(path)s"), _ROOM
    ),
    "inodes_low": Explanation(
        Severity.ERROR,
        _("%(subject)s: the file system of %(path)s can hold only %(free)s more files"),
        _ROOM,
    ),
}


def folders_have_room(facts: Facts) -> Iterator[Finding]:
    for name in FOLDERS:
        path = Path(getattr(settings, name))
        if not path.is_dir():
            if name != "DEPLOY_LOG_DIR":  # made with the first deployment
                yield Finding("folder_absent", name, {"path": path})
        elif not os.access(path, os.W_OK | os.X_OK):
            yield Finding("folder_read_only", name, {"path": path})
        else:
            yield from _room(name, path)


def _room(name: str, path: Path) -> Iterator[Finding]:
    disk = os.statvfs(path)
    free, size = disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
    params = {"path": path, "free": f"{free / GIB:.1f}"}
    if free < min(FULL_BYTES, size * LOW_SHARE):
        yield Finding("disk_full", name, params)
    elif free < min(LOW_BYTES, size * LOW_SHARE):
        yield Finding("disk_low", name, params)
    if disk.f_files and disk.f_favail < min(LOW_INODES, disk.f_files * LOW_INODE_SHARE):
        yield Finding("inodes_low", name, {"path": path, "free": disk.f_favail})


CHECKS = [folders_have_room]
