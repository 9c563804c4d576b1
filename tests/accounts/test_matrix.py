"""The permission matrix holds for every route, and every route is in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.accounts.conftest import World, put_file
from tests.accounts.matrix import CONFIG, FILE, MATRIX, PEOPLE, Line
from tests.conftest import client_of

pytestmark = pytest.mark.django_db
ADMIN_MODEL = re.compile(r"(admin/[a-z_]+/)([a-z_]+/).*")


def routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route


def key_of(route: str) -> str:
    """The admin's many pages of a model are one entry by application."""
    if route.startswith(("admin/(?P<app_label>", "admin/^(?P<app_label>")):
        return "admin/"
    match = ADMIN_MODEL.fullmatch(route)
    known = route in MATRIX
    return match[1] if match and not known else route


def test_every_route_has_an_entry_and_every_entry_a_route() -> None:
    found = {key_of(route) for route in routes()} - {"admin/(?P<url>.*)$", "admin/^(?P<url>.*)$"}
    assert found - set(MATRIX) == set(), "add these routes to tests/accounts/matrix.py"
    assert set(MATRIX) - found == set()


LINES = [line for lines in MATRIX.values() for line in lines]


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.method} {line.path}")
def test_it_lets_in_whom_it_should(
    line: Line, world: World, viewer: User, bob: User, operator: User, admin: User, alice: User
) -> None:
    people = dict(zip(PEOPLE, (None, viewer, alice, bob, operator, admin), strict=True))
    seen = tuple(status(line, world, name, user) for name, user in people.items())
    assert dict(zip(PEOPLE, seen, strict=True)) == dict(zip(PEOPLE, line.expected, strict=True))


def status(line: Line, world: World, name: str, user: User | None) -> int:
    """The answer's status; what it did to the database is undone."""
    client = client_of(user) if user else Client(SERVER_NAME="localhost")
    with transaction.atomic():
        world.show_to("everyone" if name == "viewer" else "private")
        answer = send(client, line, line.path.format(**world.ids()))
        code = int(answer.status_code)
        if isinstance(answer, StreamingHttpResponse):
            answer.close()
        transaction.set_rollback(True)
    if name == "anonymous" and code == 302 and "logout" not in line.path:
        assert "/login/" in answer["Location"] or "setlang" in line.path
    return code


def send(client: Client, line: Line, path: str) -> Any:
    if line.body in (FILE, CONFIG):
        name, content = ("x.jsonl", b"{}\n") if line.body == FILE else ("x.yaml", b"a: 1\n")
        if line.method == "PUT":
            return put_file(client, path, name, content)
        return client.post(path, {"file": SimpleUploadedFile(name, content)})
    if line.method == "GET":
        return client.get(path, headers={"Accept": "*/*"})
    if line.form or not line.path.startswith("/api/"):
        return client.post(path, line.form)
    return client.generic(
        line.method,
        path,
        "" if line.body is None else json.dumps(line.body),
        content_type="" if line.body is None else "application/json",
    )
