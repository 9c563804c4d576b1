"""The database's part of a backup: one consistent copy, and its way back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from platform_site.backup.archive import DATABASES, BackupError


def name_of_kind() -> str:
    """The name that a copy of this kind of database has in the archive."""
    return DATABASES[connection.vendor]


def dump(scratch: Path) -> Path:
    """One snapshot, while others write."""
    path = scratch / name_of_kind()
    if connection.vendor == "sqlite":
        source = sqlite3.connect(settings.DATABASES["default"]["NAME"])
        copy = sqlite3.connect(path)
        try:
            source.backup(copy)
        finally:
            copy.close()
            source.close()
    else:
        _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={path}")
    return path


def check_empty() -> None:
    if "auth_user" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM auth_user")
            if cursor.fetchone()[0]:
                raise BackupError("the database is not empty: restore only to an empty machine")


def stage(content: IO[bytes]) -> Path:
    """The copy as a file beside where it goes."""
    folder = Path(settings.PLATFORM_VAR)
    if connection.vendor == "sqlite":
        folder = Path(settings.DATABASES["default"]["NAME"]).parent
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".restore-{os.getpid()}-{name_of_kind()}"
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())
    return path


def put_in_place(staged: Path) -> None:
    """All of it or nothing."""
    connection.close()
    if connection.vendor == "sqlite":
        target = Path(settings.DATABASES["default"]["NAME"])
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        staged.replace(target)
        return
    database = str(settings.DATABASES["default"]["NAME"])
    _postgres(
        "pg_restore", "--no-owner", "--clean", "--if-exists", "--single-transaction",
        f"--dbname={database}", str(staged),
    )  # fmt: skip


def _postgres(program: str, *arguments: str) -> None:
    """Run a client program of PostgreSQL; the password goes by the environment, not by argv."""
    database = settings.DATABASES["default"]
    environment = os.environ | {
        name: str(database[key])
        for name, key in (
            ("PGHOST", "HOST"), ("PGPORT", "PORT"), ("PGUSER", "USER"),
            ("PGPASSWORD", "PASSWORD"), ("PGDATABASE", "NAME"),
        )
        if database.get(key)
    }  # fmt: skip
    try:
        done = subprocess.run(
            [program, *arguments], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise BackupError(f"{program} is not installed (package postgresql-client)") from None
    if done.returncode != 0:
        raise BackupError(f"{program}: {done.stderr.strip()[-500:]}")
