"""How long others wait while a full PostgreSQL database is brought up to this release.

    python -m benchmarks.migrate_locks [--scale 1] [--since 1f695d5]

Makes a database of its own, fills it (`make_load`), takes it back to the migrations that the
release `--since` had, and migrates it again while a client writes one row of each large table all
the time. Prints the longest wait of each table; more than five seconds is a failure.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

import psycopg

from tests.support.live_platform import free_port
from tests.support.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[1]
MOST = 5.0
APPS = {
    "accounts": "core/accounts", "platform_site": "core/execution", "datasets": "datasets",
    "deployments": "deployments", "projects": "projects", "deid": "deid",
}  # fmt: skip
TABLES = {
    "accounts_auditentry": "object_name", "deployments_usage": "model", "projects_run": "host",
    "datasets_datasetfile": "name", "datasets_dataset": "name", "deployments_deployment": "host",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", default="1")
    parser.add_argument("--since", default="1f695d5")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # nosec B103 # PostgreSQL runs as another user
        server = PostgresServer(Path(folder) / "pg", free_port())
        server.start()
        try:
            sys.exit(measured(server, Path(folder), options.scale, options.since))
        finally:
            server.stop()


def measured(server: PostgresServer, folder: Path, scale: str, since: str) -> int:
    server.make_database("locks")
    url = f"postgres://postgres@127.0.0.1:{server.port}/locks"
    manage = Manage(url, folder)
    manage("migrate", "-v0")
    began = time.monotonic()
    manage("make_load", "--scale", scale)
    print(f"filled in {time.monotonic() - began:.0f} s")
    for app, name in newest_of(since).items():
        manage("migrate", app, name, "-v0")
    prober = Prober(url)
    prober.start()
    began = time.monotonic()
    manage("migrate", "-v1")
    took = time.monotonic() - began
    prober.stop()
    print(f"\nmigrate took {took:.1f} s; the longest wait of each table, s:")
    for table, waited in sorted(prober.longest.items()):
        print(f"  {table:28} {waited:.2f}  ({prober.asked[table]} times)")
    return int(max(prober.longest.values()) > MOST)


class Manage:
    """`manage.py` over the database."""

    def __init__(self, url: str, folder: Path) -> None:
        own = {"DATABASE_URL": url, "PLATFORM_PROFILE": "local"}
        self._environment = os.environ | own | {"PLATFORM_VAR": str(folder / "var")}

    def __call__(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self._environment, check=True
        )


def newest_of(since: str) -> dict[str, str]:
    """The last migration that each app had in that release."""
    found = {}
    for app, folder in APPS.items():
        listed = subprocess.run(
            ["git", "ls-tree", "--name-only", since, f"{folder}/migrations/"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout.split()  # fmt: skip
        names = sorted(Path(one).stem for one in listed if Path(one).name[0].isdigit())
        found[app] = names[-1]
    return found


class Prober(threading.Thread):
    """Reads and writes one row of each table, again and again."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._ended = threading.Event()
        self.longest: dict[str, float] = defaultdict(float)
        self.asked: dict[str, int] = defaultdict(int)

    def run(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            rows = {
                table: connection.execute(f"SELECT id FROM {table} LIMIT 1").fetchone()  # noqa: S608
                for table in TABLES
            }  # fmt: skip
            while not self._ended.is_set():
                for table, column in TABLES.items():
                    began = time.monotonic()
                    connection.execute(
                        f"UPDATE {table} SET {column} = {column} WHERE id = %s",  # noqa: S608
                        rows[table],
                    )
                    self.longest[table] = max(self.longest[table], time.monotonic() - began)
                    self.asked[table] += 1
                time.sleep(0.02)

    def stop(self) -> None:
        self._ended.set()
        self.join()


if __name__ == "__main__":
    main()
