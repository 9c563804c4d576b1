"""DATABASE_URL, as Django's settings want it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

POSTGRES = {"postgres", "postgresql"}
# Parts of the query that are Django's own; all others are options of the connection (sslmode, …).
DJANGOS: dict[str, Callable[[str], Any]] = {
    "conn_max_age": int,
    "conn_health_checks": lambda text: text.lower() in {"1", "true", "yes", "on"},
}


def database_of(url: str) -> dict[str, Any]:
    """`postgres://user:password@host:port/name?sslmode=…` or `sqlite:///path`.

    What a URL cannot hold in a name or password is percent-encoded; a socket's folder is the host,
    percent-encoded, or stands before the name. Raises ValueError, which never quotes the URL.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("its host or port cannot be read") from None
    if parts.fragment:
        raise ValueError("a # in it must be written %23")
    if parts.scheme == "sqlite":
        if parts.netloc or not parts.path[1:]:
            raise ValueError("it names no file: sqlite:///path")
        return {"ENGINE": "core.sqlite", "NAME": unquote(parts.path)[1:]}
    if parts.scheme not in POSTGRES:
        raise ValueError("only postgres:// and sqlite:// are supported")
    socket, _, name = unquote(parts.path).rpartition("/")
    if not name:
        raise ValueError("it names no database")
    config: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or socket,
        "PORT": str(port or ""),
    }
    return config | _query(parts.query)


def _query(query: str) -> dict[str, Any]:
    given = dict(parse_qsl(query))
    own = {name.upper(): DJANGOS[name](given.pop(name)) for name in DJANGOS if name in given}
    return own | ({"OPTIONS": given} if given else {})
