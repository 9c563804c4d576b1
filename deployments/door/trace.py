"""Headers by which a request is followed through several services (W3C Trace Context)."""

from __future__ import annotations

import re
import secrets
from typing import Any

REQUEST_ID = b"x-request-id"
TRACE = (b"traceparent", b"tracestate")
_ID = re.compile(rb"[A-Za-z0-9._-]{1,100}")


def passed_on(scope: dict[str, Any]) -> dict[str, str]:
    """What the engine gets.

    It names its own work by the request's id and refuses one that it is at work on; so a sign of
    ours follows, else anybody could stand in the way of another's request.
    """
    headers = dict(scope["headers"])
    passed = {name.decode(): headers[name].decode("latin-1") for name in TRACE if name in headers}
    if identifier := _request_id(headers):
        passed[REQUEST_ID.decode()] = f"{identifier.decode()}-{secrets.token_hex(4)}"
    return passed


def passed_back(scope: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    """What the client gets: its own id."""
    identifier = _request_id(dict(scope["headers"]))
    return [(REQUEST_ID, identifier)] if identifier else []


def _request_id(headers: dict[bytes, bytes]) -> bytes | None:
    identifier = headers.get(REQUEST_ID, b"")
    return identifier if _ID.fullmatch(identifier) else None
