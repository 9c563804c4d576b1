"""Opens files in folders that others write to: never a link, a pipe or a device instead."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe would wait for ever
FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC


def open_plain(path: Path) -> BinaryIO:
    """A regular file, for reading. Raises OSError for anything else, a link to a file too."""
    return _regular(os.open(path, FILE), path.name)


def open_inside(root: Path, name: str) -> BinaryIO:
    """The file `name` below `root`, no part of whose path there is a link. Raises OSError."""
    *folders, last = Path(name).parts
    if Path(name).is_absolute() or ".." in (*folders, last):
        raise OSError(errno.EINVAL, "leaves its folder", name)
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            inner = os.open(folder, FOLDER, dir_fd=here)
            os.close(here)
            here = inner
        return _regular(os.open(last, FILE, dir_fd=here), last)
    finally:
        os.close(here)


def _regular(descriptor: int, name: str) -> BinaryIO:
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise OSError(errno.EINVAL, "not a plain file", name)
