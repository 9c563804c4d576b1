"""Where the signing key comes from: the environment, a file, or (local profile) made once."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def load_secret_key(value: str, *, make_in: Path | None) -> str:
    """Return the signing key.

    `make_in` is the folder in which the local profile may make one (mode 0600).
    Raises ImproperlyConfigured naming SECRET_KEY where there is none.
    """
    if value:
        return _checked(value, "SECRET_KEY")
    if make_in is None:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set: give it, or SECRET_KEY_FILE, outside the local profile"
        )
    return _made_once(make_in / "secret_key")


def _checked(key: str, name: str) -> str:
    if len(key) < 50 or len(set(key)) < 5:
        raise ImproperlyConfigured(f"{name}: at least 50 random characters are needed")
    return key


def _made_once(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        os.link(temporary, path)  # several processes may start at once: the first one wins
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    return path.read_text(encoding="utf-8").strip()
