"""What an attacker would try, played through the real middleware."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.test import Client

from core.logs import LineFormatter
from datasets.models import Dataset
from tests.accounts.conftest import World, put_file
from tests.conftest import PASSWORD, Role, client_of, make_user

pytestmark = pytest.mark.django_db
NEW = {"name": "forged"}


@pytest.fixture(params=["open", "required"])
def victim(request: Any, settings: Any) -> Client:
    """The browser of somebody who may write: by open mode, or logged in."""
    settings.PLATFORM_AUTH = request.param
    if request.param == "open":
        return Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    user = make_user("alice", Role.DATA_SCIENTIST)
    client = client_of(user)
    client.handler.enforce_csrf_checks = True
    return client


FORGED = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
]


@pytest.mark.parametrize("headers", FORGED, ids=str)
def test_a_foreign_page_cannot_write(victim: Client, headers: dict[str, str]) -> None:
    api = victim.post("/api/v1/datasets", NEW, "application/json", headers=headers)
    page = victim.post("/datasets/new/", NEW, headers=headers)
    upload = put_file(victim, "/api/v1/datasets/x/files", "f.jsonl", b"{}\n", **headers)
    assert {api.status_code, page.status_code, upload.status_code} == {403}
    assert not Dataset.objects.exists()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/html"])
def test_an_html_form_is_no_api_call(victim: Client, settings: Any, kind: str) -> None:
    """A browser too old for Fetch Metadata: a form can send these three types only."""
    answer = victim.post("/api/v1/datasets", '{"name": "forged"}', kind)
    # Where a session could be used by another's page, its token is asked for first.
    assert answer.status_code == (415 if settings.PLATFORM_AUTH == "open" else 403)
    assert not Dataset.objects.exists()


def test_a_form_without_its_csrf_token_is_refused(victim: Client) -> None:
    assert victim.post("/datasets/new/", NEW).status_code == 403
    assert not Dataset.objects.exists()


def test_a_logged_in_browser_needs_the_csrf_token_for_the_api(settings: Any) -> None:
    settings.PLATFORM_AUTH = "required"
    client = client_of(make_user("alice", Role.DATA_SCIENTIST))
    client.handler.enforce_csrf_checks = True
    assert client.post("/api/v1/datasets", NEW, "application/json").status_code == 403


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("evil.example", "127.0.0.1"),  # DNS rebinding: the name is theirs, the address ours
        ("127.0.0.1.evil.example", "127.0.0.1"),
        ("localhost", "192.168.1.7"),
        ("localhost", "::ffff:10.0.0.1"),
        ("localhost", ""),
    ],
)
def test_open_mode_is_for_this_machine(settings: Any, name: str, address: str) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(SERVER_NAME=name, REMOTE_ADDR=address)
    for path in ("/", "/api/projects", "/projects/"):
        assert client.get(path).status_code == 403, path
    assert client.post("/api/v1/datasets", NEW, "application/json").status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost@evil.example", "localhost:80:80", "localhost/x", ""]
)
def test_a_foreign_host_header_is_a_400(host: str, db: None) -> None:
    answer = Client(headers={"host": host}).get("/")
    assert answer.status_code == 400
    assert host == "" or host.encode() not in answer.content


def test_nothing_can_be_framed_sniffed_or_scripted(client: Client) -> None:
    for path in ("/", "/api/docs", "/api/projects", "/projects/", "/nowhere"):
        answer = client.get(path)
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    ["/datasets/../../etc/passwd", "/static/../manage.py", "/static/..%2f..%2fmanage.py",
     "/static/%2e%2e/%2e%2e/manage.py", "/static//etc/passwd"],
)  # fmt: skip
def test_paths_stay_inside(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"root:" not in answer.content


def test_names_cannot_write_headers(world: World, alice: User) -> None:
    client = client_of(alice)
    name = "a'; x=y\x7f 文件.html"
    path = f"/api/v1/datasets/{world.dataset.id}/files"
    upload = put_file(client, path, name, b"<script>alert(1)</script>")
    assert upload.status_code == 200
    answer = client.get(f"/datasets/files/{upload.json()['upload_id']}/download/")
    b"".join(answer)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "\n" not in answer["Content-Disposition"]


def test_a_header_with_a_newline_is_no_header(client: Client) -> None:
    answer = client.get("/api/projects", {"q": "a\r\nSet-Cookie: x=y"})
    assert "x" not in answer.cookies
    answer = client.get("/nowhere\r\nSet-Cookie: x=y")
    assert "x" not in answer.cookies


def test_a_log_line_stays_one_line() -> None:
    record = logging.LogRecord(
        "n", logging.WARNING, "f", 1, "path %s", ("a\nFAKE ERROR\r\x1b[2J\u2028b",), None
    )
    line = LineFormatter("%(levelname)s %(message)s").format(record)
    assert line == "WARNING path a\\nFAKE ERROR\\x0d\\x1b[2J\\x2028b"


def test_secrets_are_not_logged(required: None, caplog: Any) -> None:
    make_user("vera", Role.VIEWER, PASSWORD)
    browser = Client(SERVER_NAME="localhost")
    secret = "llmp_" + "s" * 43
    with caplog.at_level(logging.DEBUG):
        browser.post("/login/", {"username": "vera", "password": PASSWORD})
        browser.post("/login/", {"username": "vera", "password": "wrong-" + secret})
        browser.get("/api/projects", headers={"Authorization": f"Token {secret}"})
    assert PASSWORD not in caplog.text
    assert secret not in caplog.text


def test_many_users_do_not_push_each_others_counters_out(alice: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "token": "1/hour"}
    client, body = client_of(alice), {"name": "n", "scopes": ["read"]}
    assert client.post("/api/v1/tokens", body, "application/json").status_code == 201
    for number in range(600):  # keys after alice's: a cache that is full drops the first ones
        caches["limits"].set(f"limit:upload:{number}", [1.0], 3600)
    assert client.post("/api/v1/tokens", body, "application/json").status_code == 429


def test_expensive_endpoints_are_limited(world: World, alice: User, settings: Any) -> None:
    settings.RATE_LIMITS = {"upload": "4/minute", "start": "1/minute", "token": "1/hour"}
    client = client_of(alice)
    runs = f"/api/projects/{world.project.id}/runs"
    codes = [client.post(runs).status_code for _ in range(2)]
    assert codes == [201, 429]
    page = client.post(f"/projects/{world.project.id}/runs/")
    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    path = f"/api/v1/datasets/{world.dataset.id}/files"  # two were made with the world
    uploads = [put_file(client, path, "f.jsonl", b"{}\n") for _ in range(3)]
    assert [answer.status_code for answer in uploads] == [200, 200, 429]
    assert int(uploads[-1]["Retry-After"]) > 0
    assert client.get(runs).status_code == 200
