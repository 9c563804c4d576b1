"""The one helper that settings read the environment through: typed, validated, self-describing.

Every call registers a `Variable`, so that `.env.example` and `docs/configuration.md` are
generated from what the code really reads (`manage.py describe_settings`).
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")


@dataclass(frozen=True)
class Variable:
    """One environment variable the platform understands."""

    name: str
    default: str
    help: str
    topic: str


VARIABLES: list[Variable] = []
_LINE = re.compile(r"(?:export )?([A-Za-z_][A-Za-z_0-9]*)=(.*)")


def read_file(file: Path) -> None:
    """`NAME=value` lines, the value quoted or not; what the environment has already stays."""
    if not file.is_file():
        return
    for line in file.read_text(encoding="utf-8").splitlines():
        if match := _LINE.fullmatch(line.strip()):
            os.environ.setdefault(match[1], _unquoted(match[2]))


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != value[-1] or value[0] not in "'\"":
        return value
    inner = value[1:-1]
    return inner if value[0] == "'" else re.sub(r"\\([^rnt])", r"\1", inner)


def _read(name: str, default: str, convert: Callable[[str], T], help: str, topic: str) -> T:
    VARIABLES.append(Variable(name, default, help, topic))
    raw = os.environ.get(name)
    if raw is None or (raw.strip() == "" and default != ""):
        raw = default
    try:
        return convert(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={raw!r}: {error}") from error


def text(name: str, default: str, help: str, *, topic: str) -> str:
    return _read(name, default, str, help, topic)


def secret(name: str, default: str, help: str, *, topic: str) -> str:
    """A value that may come from a file: NAME, or NAME_FILE with the path of one."""
    value = text(name, default, help, topic=topic)
    file = text(f"{name}_FILE", "", f"File that holds {name}.", topic=topic)
    if value or not file:
        return value
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE={file!r}: {error.strerror}") from error


def template(
    name: str, default: str, help: str, *, check: Callable[[str], object], topic: str
) -> str:
    """A command line with fields, which `check` refuses by a ValueError."""

    def convert(raw: str) -> str:
        check(raw)
        return raw

    return _read(name, default, convert, help, topic)


def choice(name: str, default: str, allowed: Sequence[str], help: str, *, topic: str) -> str:
    def convert(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return raw

    return _read(name, default, convert, help, topic)


def boolean(name: str, default: bool, help: str, *, topic: str) -> bool:
    def convert(raw: str) -> bool:
        lowered = raw.strip().lower()
        if lowered in {"1", "true", "yes", "on"}:
            return True
        if lowered in {"0", "false", "no", "off"}:
            return False
        raise ValueError("must be one of 1, 0, true, false, yes, no, on, off")

    return _read(name, "true" if default else "false", convert, help, topic)


def integer(
    name: str, default: int, help: str, *, topic: str, low: int = 0, high: int = 2**31
) -> int:
    def convert(raw: str) -> int:
        try:
            value = int(raw)
        except ValueError:
            raise ValueError("must be a whole number") from None
        if not low <= value <= high:
            raise ValueError(f"must be from {low} to {high}")
        return value

    return _read(name, str(default), convert, help, topic)


def rate(name: str, default: str, help: str, *, topic: str) -> str:
    """`<number>/<second|minute|hour|day>`."""

    def convert(raw: str) -> str:
        number, _, period = raw.partition("/")
        if not number.isdigit() or period not in {"second", "minute", "hour", "day"}:
            raise ValueError("must be like 60/minute (second, minute, hour or day)")
        return raw

    return _read(name, default, convert, help, topic)


def networks(name: str, default: str, help: str, *, topic: str) -> str:
    """Comma-separated addresses or networks (CIDR), kept as text."""

    def convert(raw: str) -> str:
        parts = [part.strip() for part in raw.split(",") if part.strip()]
        for part in parts:
            ipaddress.ip_network(part)
        return ",".join(parts)

    return _read(name, default, convert, help, topic)


def given(name: str) -> bool:
    """Whether the variable, or its `_FILE`, is set to something."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def seconds(name: str, default: float, help: str, *, topic: str) -> float:
    def convert(raw: str) -> float:
        try:
            value = float(raw)
        except ValueError:
            raise ValueError("must be a number of seconds") from None
        if not 0 < value <= 86400:
            raise ValueError("must be more than 0 and at most 86400 seconds")
        return value

    return _read(name, str(default), convert, help, topic)


def folder(name: str, default: str, help: str, *, base: Path, topic: str) -> Path:
    """An absolute path; a relative value is taken from the platform's own folder."""

    def convert(raw: str) -> Path:
        if "\0" in raw or not raw.strip():
            raise ValueError("must be a path")
        path = (base / Path(raw).expanduser()).resolve()
        if path.exists() and not path.is_dir():
            raise ValueError("is there but not a folder")
        return path

    return _read(name, default, convert, help, topic)


def names(name: str, default: str, help: str, *, topic: str) -> list[str]:
    """A comma-separated list."""
    return _read(
        name,
        default,
        lambda raw: [part.strip() for part in raw.split(",") if part.strip()],
        help,
        topic,
    )
