"""What static files there are, as they lie in the packages, and what state they are in."""

from __future__ import annotations

import hashlib
from pathlib import Path

import django
from django.contrib.staticfiles.finders import get_finders

# No page asks for these. They are answered under their own names, like everything that is found.
NOT_BUILT = ["*.map", "redoc", "rest_framework", "django_htmx"]
FORM = 1  # of what a build makes out of them: to be raised where that changes


def sources(ignored: list[str] | None = None) -> dict[str, Path]:
    """Where each one lies, by its name; of two that share a name, the one that Django takes."""
    found: dict[str, Path] = {}
    for finder in get_finders():
        for name, storage in finder.list(ignored):
            prefix = getattr(storage, "prefix", None)
            found.setdefault(f"{prefix}/{name}" if prefix else name, Path(storage.path(name)))
    return found


def state() -> str:
    """The same for the same contents, wherever and whenever they were installed."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{FORM} {django.VERSION}".encode())
    for name, path in sorted(sources(NOT_BUILT).items()):
        content = path.read_bytes()
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
