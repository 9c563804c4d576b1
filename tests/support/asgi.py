"""Requests as an ASGI server hands them to an application."""

from __future__ import annotations

from typing import Any


def scope_of(
    path: str,
    method: str = "POST",
    *,
    headers: dict[str, str] | None = None,
    client: str = "127.0.0.1",
    server: str = "127.0.0.1",
    scheme: str = "http",
) -> dict[str, Any]:
    """Of a JSON body, unless the headers say otherwise."""
    sent = {"Host": "localhost", "Content-Type": "application/json", **(headers or {})}
    return {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": b"", "scheme": scheme, "http_version": "1.1", "root_path": "",
        "client": (client, 40000), "server": (server, 8000),
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
    }  # fmt: skip
