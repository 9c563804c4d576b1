"""How much of a body is taken, before anybody has asked whose it is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from core.asgi.request_guard import Application, RequestGuard
from platform_site.body_limits import chat_limit, page_limit
from tests.support.asgi import scope_of

MIB = 1024**2
OVERHEAD = 64 * 1024
FORM = "multipart/form-data; boundary=b"
ONE = UUID(int=1)
TOKEN = {"Authorization": "Bearer llmp_whatever"}
SESSION = {"Cookie": "theme=dark; sessionid=abc"}
# Method, path, content type; the most that is taken of somebody, then of nobody.
ROUTES = [
    ("PUT", f"/api/v1/datasets/{ONE}/files", FORM, 100 * MIB + OVERHEAD, MIB),
    ("PUT", f"/api/v1/datasets/{ONE}/train-config", FORM, 5 * MIB + OVERHEAD, MIB),
    ("POST", f"/datasets/{ONE}/files/", FORM, 100 * MIB + OVERHEAD, MIB),
    ("POST", f"/datasets/{ONE}/train-config/", FORM, 5 * MIB + OVERHEAD, MIB),
    ("POST", "/admin/datasets/datasetfile/add/", FORM, 100 * MIB + OVERHEAD, MIB),
    ("POST", f"/api/v1/datasets/{ONE}/files", FORM, MIB, MIB),
    ("PUT", f"/api/v1/datasets/{ONE}/files", "application/json", 10 * MIB, MIB),
    ("PUT", f"/api/v1/datasets/{ONE}/files/", FORM, MIB, MIB),
    ("POST", "/api/projects", "application/json", 10 * MIB, MIB),
    ("POST", "/api/v1/deidentify:test", "application/json", 10 * MIB, MIB),
    ("POST", "/api/v1/datasets", FORM, MIB, MIB),
    ("POST", "/deid/", "application/x-www-form-urlencoded", 10 * MIB, MIB),
    ("POST", "/login/", FORM, MIB, MIB),
    ("POST", "/login/", "application/x-www-form-urlencoded", MIB, MIB),
    ("POST", "/admin/login/", FORM, MIB, MIB),
    ("POST", "/datasets/new/", FORM, MIB, MIB),
    ("POST", "/i18n/setlang/", FORM, MIB, MIB),
    ("POST", "/nowhere", FORM, MIB, MIB),
    ("DELETE", f"/datasets/{ONE}/files/", FORM, MIB, MIB),
    ("POST", "/v1/chat/completions", "application/json", 32 * MIB, MIB),
]  # fmt: skip


def guard(path: str, taken: list[int]) -> Application:
    async def reads_all(scope: Any, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            taken.append(len(message["body"]))
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    return RequestGuard(reads_all, chat_limit if path.startswith("/v1/") else page_limit)


def ask(
    method: str, path: str, kind: str, size: int, who: dict[str, str], *, chunked: bool = False
) -> tuple[int, dict[str, Any], int]:
    """Status, body and how many bytes the application was given of so many."""
    length = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(size)}
    headers = {"Content-Type": kind, "Accept-Language": "en", **length, **who}
    parts: Iterator[int] = iter([min(MIB, size - at) for at in range(0, size, MIB)] or [0])
    left, sent, taken = [size], [], []

    async def receive() -> dict[str, Any]:
        part = next(parts)
        left[0] -= part
        return {"type": "http.request", "body": b"x" * part, "more_body": left[0] > 0}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = scope_of(path, method, headers=headers)
    asyncio.run(guard(path, taken)(scope, receive, send))  # type: ignore[arg-type]
    return sent[0]["status"], json.loads(sent[1]["body"]), sum(taken)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("method", "path", "kind", "most", "of_nobody"), ROUTES)
def test_what_is_large_is_taken_only_where_it_is_wanted(
    required: None, method: str, path: str, kind: str, most: int, of_nobody: int, chunked: bool
) -> None:
    for who in (TOKEN, SESSION):
        assert ask(method, path, kind, most, who, chunked=chunked)[0] == 200
        status, body, taken = ask(method, path, kind, most + 1, who, chunked=chunked)
        assert (status, taken <= most) == (413, True)
        assert f"at most {most // MIB} MiB" in body["detail"]
    assert ask(method, path, kind, of_nobody, {}, chunked=chunked)[0] == 200
    status, body, taken = ask(method, path, kind, most + 1, {}, chunked=chunked)
    assert (status, taken <= of_nobody) == (401 if most > of_nobody else 413, True)
    assert ("error" in body) == path.startswith("/v1/")


def test_in_open_mode_everybody_is_somebody() -> None:
    method, path, kind, most, _nobody = ROUTES[0]
    assert ask(method, path, kind, most, {})[0] == 200
    assert ask(method, path, kind, most + 1, {})[0] == 413


def test_who_is_known_is_what_django_will_know(required: None) -> None:
    """Two cookie headers, a cookie of another name, and what only looks like one."""
    method, path, kind, most, _nobody = ROUTES[0]
    for cookie in ("sessionid", "theme=sessionid=abc", "xsessionid=abc", ""):
        assert ask(method, path, kind, most, {"Cookie": cookie})[0] == 401, cookie
    assert ask(method, path, kind, most, {"Cookie": 'a="; sessionid=abc'})[0] == 200
