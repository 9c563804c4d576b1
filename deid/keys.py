"""Named keys: 32 random bytes each, in files of their own that only the platform may read.

The database knows each by a fingerprint, so that a process which sees no key, or another, in its
place says so instead of making one.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from core.accounts.models import KeyMark
from core.errors import Conflict, PlatformError, Unavailable
from core.files.paths import fsync_folder

SIZE = 32
VAULT = "_vault"  # no policy's name can begin so
FOLDER = "_folder"  # seals nothing: it tells the folder from another one
MARK_SECONDS = 60


def key_path(name: str) -> Path:
    return Path(settings.DEID_KEY_DIR) / f"{name}.key"


def key_known(name: str) -> bool:
    """Whether there is such a key, or ought to be."""
    return key_path(name).exists() or KeyMark.objects.filter(name=name).exists()


def key_make(name: str) -> bytes:
    """The key of that name, made if there never was one. Whoever comes second gets the first's."""
    if not key_known(name):
        _write(name)
    return key_read(name)


def _write(name: str) -> None:
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


def key_read(name: str) -> bytes:
    """The key of that name. Raises Unavailable where it is missing, Conflict where it is damaged or
    another: a new one in its place would silently break every pseudonym and token made with it."""
    try:
        key = bytes.fromhex(key_path(name).read_text("ascii").strip())
    except FileNotFoundError as error:
        raise Unavailable(
            _(
                "The key %(name)s is missing from DEID_KEY_DIR: web, worker and agent must share "
                "that folder and keep it; bring the file back from a backup"
            )
            % {"name": name}
        ) from error
    except ValueError as error:
        raise Conflict(_("The key %(name)s is damaged") % {"name": name}) from error
    if len(key) != SIZE:
        raise Conflict(_("The key %(name)s is damaged") % {"name": name})
    _check_mark(name, key)
    return key


def _check_mark(name: str, key: bytes) -> None:
    """Whoever reads a key first has the database remember it."""
    fingerprint = hmac.digest(key, b"fingerprint", "sha256").hex()
    if cache.get(f"key:{name}") == fingerprint:
        return
    mark, _made = KeyMark.objects.get_or_create(name=name, defaults={"fingerprint": fingerprint})
    if mark.fingerprint != fingerprint:
        raise Conflict(
            _(
                "The key %(name)s in DEID_KEY_DIR is not the one used so far: web, worker and "
                "agent must share that folder; bring the right file back from a backup"
            )
            % {"name": name}
        )
    cache.set(f"key:{name}", fingerprint, MARK_SECONDS)


def key_problems() -> list[str]:
    """What is wrong with the keys that this process sees, in words that say what to do."""
    problems = []
    for name in KeyMark.objects.order_by("name").values_list("name", flat=True):
        try:
            key_read(name)
        except PlatformError as error:
            problems.append(error.message)
    return problems


def key_forget(name: str) -> bool:
    """Give a lost key up: what it sealed stays sealed, and another may take its name."""
    cache.delete(f"key:{name}")
    return bool(KeyMark.objects.filter(name=name).delete()[0])
