"""Django's SQLite engine, whose writers wait for each other in short steps.

SQLite's own waiting sleeps longer and longer, up to a tenth of a second at a time, while others
come and take the lock: under load one writer in a hundred waited for a second.
Source: sqliteDefaultBusyCallback in SQLite's main.c; the interface is Django's own backend's.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.utils import debug_transaction
from django.utils.asyncio import async_unsafe

STEP = 0.001  # seconds between two tries, and as much again by chance

_turn = threading.Lock()
"""Held by the one thread of this process that tries: its others wait here, which costs nothing."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Begins transactions without SQLite's own waiting; the options' `timeout` still holds."""

    _patience: float
    transaction_mode: str | None  # set by Django; its stubs do not know it

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        self._patience = float(params.get("timeout", 5.0))  # the default of Python's module
        return params

    @async_unsafe
    def _start_transaction_under_autocommit(self) -> None:
        """Raises OperationalError "database is locked" when the patience is over."""
        begin = f"BEGIN {self.transaction_mode or ''}".strip()
        with debug_transaction(self, begin), self.wrap_database_errors:
            if self.transaction_mode is None or self.transaction_mode == "DEFERRED":
                self.connection.execute(begin)  # takes no lock yet
            else:
                self._begin(begin)

    def _begin(self, begin: str) -> None:
        until = time.monotonic() + self._patience
        if not _turn.acquire(timeout=self._patience):
            raise sqlite3.OperationalError("database is locked")
        try:
            self.connection.execute("PRAGMA busy_timeout = 0")
            while not self._begins(begin, last=time.monotonic() >= until):
                time.sleep(STEP * (1 + random.random()))  # noqa: S311 # nosec B311
        finally:
            _turn.release()
            self.connection.execute(f"PRAGMA busy_timeout = {int(self._patience * 1000)}")

    def _begins(self, begin: str, *, last: bool) -> bool:
        try:
            self.connection.execute(begin)
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY  # its variants too
            if last or not busy:
                raise
            return False
        return True
