"""What was found a moment ago: bounded in number and age, the oldest goes first."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """At most `size` values, each for `seconds` from the moment before it was looked up."""

    def __init__(self, *, size: int, seconds: float) -> None:
        self._size, self._seconds = size, seconds
        self._entries: OrderedDict[Key, tuple[float, Value]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Value | None:
        with self._lock:
            entry = self._entries.get(key)
        if entry is None or time.monotonic() - entry[0] >= self._seconds:
            return None
        return entry[1]

    def put(self, key: Key, value: Value, *, since: float) -> None:
        """Keep it; `since` is time.monotonic() from before it was looked up."""
        with self._lock:
            self._entries.pop(key, None)
            self._entries[key] = (since, value)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
