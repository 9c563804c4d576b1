"""Named keys: 32 random bytes each, in files of their own that only the platform may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Conflict, Unavailable
from core.files.paths import fsync_folder

SIZE = 32
VAULT = "_vault"  # no policy's name can begin so


def key_path(name: str) -> Path:
    return Path(settings.DEID_KEY_DIR) / f"{name}.key"


def key_make(name: str) -> bytes:
    """The key of that name, made if there is none. Whoever comes second gets the first's."""
    folder = Path(settings.DEID_KEY_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = folder / f".{name}.{secrets.token_hex(4)}"
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_bytes(SIZE).hex())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(scratch, key_path(name))
            fsync_folder(folder)
        except FileExistsError:
            pass
    finally:
        scratch.unlink(missing_ok=True)
    return key_read(name)


def key_read(name: str) -> bytes:
    """The key of that name. Raises Unavailable where it is missing or damaged: a new one in its
    place would silently break every pseudonym and token made with the old."""
    try:
        key = bytes.fromhex(key_path(name).read_text("ascii").strip())
    except FileNotFoundError as error:
        raise Unavailable(_("The key %(name)s is missing") % {"name": name}) from error
    except ValueError as error:
        raise Conflict(_("The key %(name)s is damaged") % {"name": name}) from error
    if len(key) != SIZE:
        raise Conflict(_("The key %(name)s is damaged") % {"name": name})
    return key
