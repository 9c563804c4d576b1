"""One event of a stream: its choice and its usage, found without reading all of its JSON.

An answer has an event a token, so what is done for each of them is what the door costs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

# A prefix of the answer's own plain values, then its first choice. Possessive, as no part of it
# could be read in two ways: a string ends at its first quote, and one with a backslash is left to
# the whole reading below.
_CHOICE = re.compile(
    rb'data: ?\{(?:"[^"\\]*+": ?(?:"[^"\\]*+"|\d++|null), ?)*+"choices": ?\[\{"index": ?(\d++)[,}]'
)
# Usage as the answer's last key: behind it closes the answer, and nothing else. A quote inside
# a text has a backslash before it, so `"usage":` is never a part of one.
_KEY = b'"usage":'
_LAST = re.compile(rb'"usage": ?(\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\})\}')


@dataclass(frozen=True, slots=True)
class Told:
    """What an event tells of its usage. `bare` is the event without that."""

    usage: dict[str, Any]
    choice: int
    bare: bytes


def told(event: bytes) -> Told | None:
    """Of an event in the form that engines write; None for any other, which is read whole."""
    first = _CHOICE.match(event)
    at = event.rfind(_KEY)
    last = _LAST.fullmatch(event, at) if first is not None and at > first.end() else None
    if first is None or last is None:
        return None
    before = event[:at].rstrip(b" ")
    if not before.endswith(b","):
        return None
    try:
        usage = json.loads(last[1])
    except ValueError:
        return None
    return Told(usage, int(first[1]), before[:-1] + b"}")


def document(event: bytes) -> dict[str, Any] | None:
    """The JSON object that is the event's data; None for any other event."""
    text = event.lstrip(b"\r\n")
    if not text.startswith(b"data:") or not text[5:].lstrip().startswith(b"{"):
        return None
    try:
        found = json.loads(text[5:])
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
