"""Finds the usage in an answer of JSON while it passes, whatever stands before or after it.

Only the key `usage` of the answer itself counts: not one inside a text, nor one of an inner object.
"""

from __future__ import annotations

import json
import re
from typing import Any

MAX_USAGE = 64 * 1024
_TOP = re.compile(rb'[^"{}\[\],:]*+')
_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
# Inside, only brackets are of interest; whole strings are jumped over at once.
_INSIDE = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)


class UsageScanner:
    """Takes an answer in parts of any size; keeps no more of it than its usage."""

    def __init__(self) -> None:
        self.usage: dict[str, Any] | None = None
        self._depth = 0
        self._in_string = self._escaped = False
        self._key_next = self._is_object = False
        self._key: bytearray | None = None  # the last key of the answer itself
        self._taken: bytearray | None = None  # of the value of `usage`, so far

    def feed(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            end = self._string(data, at) if self._in_string else self._outside(data, at)
            if self._taken is not None:
                self._taken += data[at:end]
                self._finish()
            at = end

    def _string(self, data: bytes, at: int) -> int:
        """To the end of a string, which may have begun, or may end, in another part."""
        begin = at + 1 if self._escaped else at
        match = _STRING.match(data, begin)
        end = match.end() if match else begin
        self._escaped = end < len(data) and data[end : end + 1] == b"\\"
        if end < len(data):  # its quote, or a backslash that is the part's last byte
            self._in_string = self._escaped
        if self._depth == 1 and self._key_next and self._key is not None:
            self._key += data[at:end][:16]
        return min(end + 1, len(data))

    def _outside(self, data: bytes, at: int) -> int:
        match = (_TOP if self._depth < 2 else _INSIDE).match(data, at)
        end = match.end() if match else at
        if end < len(data):
            self._structure(data[end : end + 1])
        return min(end + 1, len(data))

    def _structure(self, sign: bytes) -> None:
        if sign == b'"':
            self._in_string = True
            if self._depth == 1 and self._key_next:
                self._key = bytearray()
        elif sign in b"{[":
            self._depth += 1
            if self._depth == 1:
                self._key_next = self._is_object = sign == b"{"
            elif self._depth == 2 and sign == b"{" and bytes(self._key or b"") == b"usage":
                self._taken = bytearray()
                self._key = None
        elif sign in b"}]":
            self._depth -= 1
        else:  # a comma or colon of the answer itself
            self._key_next = self._is_object and sign == b","

    def _finish(self) -> None:
        if self._taken is None or (self._depth > 1 and len(self._taken) <= MAX_USAGE):
            return
        text, self._taken = bytes(self._taken), None
        try:
            found = json.loads(text)
        except ValueError:
            return
        if isinstance(found, dict):
            self.usage = found
