"""Whether an error says that a disk is full: a file's, or the database's."""

from __future__ import annotations

import errno
import sqlite3
from typing import Any

from django.utils.translation import gettext_lazy

FULL_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT}
STORAGE_FULL_MESSAGE = gettext_lazy("The disk is full: nothing was stored")
DISK_FULL = "53100"  # PostgreSQL's SQLSTATE


def says_full_disk(error: BaseException | None) -> bool:
    """Whether it, or what it was raised from, says so."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, OSError) and error.errno in FULL_DISK_ERRORS:
            return True
        if _of_database(error):
            return True
        error = error.__cause__
    return False


def _of_database(error: Any) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_FULL or getattr(error, "sqlstate", None) == DISK_FULL
