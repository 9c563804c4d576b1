"""The nginx example in front of the real platform: TLS, uploads, event streams, addresses."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.conftest import PASSWORD
from tests.support.live_platform import ROOT, LivePlatform, wait_for
from tests.support.ports import free_port

pytestmark = pytest.mark.processes
NAME = "llm.example.org"
# Their forms differ, or are the connection's own.
VARYING = {
    "server", "date", "connection", "transfer-encoding", "etag", "content-security-policy",
    "content-type", "cache-control", "content-length",
}  # fmt: skip


@dataclass
class Front:
    platform: LivePlatform
    http: httpx.Client
    plain: str
    token: str


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    nginx = shutil.which("nginx")
    if nginx is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have nginx")
        pytest.skip("no nginx here")
    folder = tmp_path_factory.mktemp("front")
    plain, secure = free_port(), free_port()
    platform = LivePlatform(
        folder / "live", PLATFORM_PROFILE="production", SECRET_KEY="0123456789abcdef" * 4,
        ALLOWED_HOSTS=NAME, CSRF_TRUSTED_ORIGINS=f"https://{NAME}:{secure}",
        STATIC_DIR=str(folder / "static"),
    )  # fmt: skip
    platform.http.headers["Host"] = NAME
    platform.start()
    token = platform.users({"adam": "admin"}, PASSWORD, "t")["adam"]
    process = subprocess.Popen(
        [nginx, "-p", str(folder), "-c", str(configuration(folder, platform, plain, secure))]
    )
    ssl_context = ssl.create_default_context(cafile=str(folder / "crt"))
    ssl_context.check_hostname = False  # the name is in no DNS here
    http = httpx.Client(
        base_url=f"https://127.0.0.1:{secure}",
        verify=ssl_context,
        headers={"Host": NAME},
        timeout=60,
    )
    wait_for(lambda: http.get("/healthz").status_code == 200, 30, "nginx answers")
    yield Front(platform, http, f"http://127.0.0.1:{plain}", token)
    process.terminate()
    process.wait(10)
    platform.stop()


def configuration(folder: Path, platform: LivePlatform, plain: int, secure: int) -> Path:
    """The example as it stands, but for ports and certificate."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
         "-subj", f"/CN={NAME}", "-keyout", f"{folder}/key", "-out", f"{folder}/crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    example = (ROOT / "docs" / "production" / "nginx.conf").read_text()
    for old, new in {
        "127.0.0.1:8000": f"127.0.0.1:{platform.port}",
        "listen [::]:80;": "",
        "listen [::]:443 ssl;": "",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        f"/etc/nginx/tls/{NAME}.crt": f"{folder}/crt",
        f"/etc/nginx/tls/{NAME}.key": f"{folder}/key",
        "root /var/cache/llm-platform;": f"root {folder};",
    }.items():
        assert old in example
        example = example.replace(old, new)
    path = folder / "nginx.conf"
    path.write_text(
        "user root root;\n"  # who may read these folders, if root runs the tests
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; client_body_temp_path {folder}/body;\n"
        f"proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f; "
        f"uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{example}\n}}\n"
    )
    return path


def test_plain_http_leads_to_https(front: Front) -> None:
    answer = httpx.get(f"{front.plain}/projects/", headers={"Host": NAME})
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"https://{NAME}/projects/"
    behind = front.platform.http.get("/projects/")  # past nginx, without TLS
    assert behind.status_code == 301
    assert behind.headers["Location"].startswith("https://")


def test_cookies_and_headers_are_for_https(front: Front) -> None:
    answer = front.http.get("/login/")
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "Secure" in answer.headers["Set-Cookie"]


def test_static_files_come_from_nginx_as_the_platform_would_send_them(front: Front) -> None:
    page = front.http.get("/login/")
    linked = re.findall(r'"(/static/[^"]+\.[0-9a-f]{12}\.\w+)"', page.text)
    assert len(linked) >= 4
    for path in linked:
        told = front.platform.http.get(path, headers={"X-Forwarded-Proto": "https"})
        answer = front.http.get(path)
        assert (answer.status_code, answer.content) == (200, told.content)
        for name in set(told.headers) - VARYING:
            assert answer.headers[name] == told.headers[name], name
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Type"].split("/")[0] in ("text", "application", "image")
        assert told.headers["Content-Encoding"] == "gzip"


def test_nginx_needs_no_platform_for_them_and_hands_on_what_it_has_not(front: Front) -> None:
    path = "/static/js/probe.0123456789ab.js"
    assert front.http.get(path).status_code == 404
    probe = front.platform.folder.parent / path.lstrip("/")
    probe.write_text("// nginx alone knows this one")
    probe.chmod(0o644)
    assert front.http.get(path).text == probe.read_text()
    assert front.http.get("/static/js/times.js").status_code == 200  # without a hash
    assert front.http.get("/static/builds/lock").status_code == 404


def test_a_browser_logs_in_through_it(front: Front) -> None:
    page = front.http.get("/login/")
    form = {
        "username": "adam",
        "password": PASSWORD,
        "csrfmiddlewaretoken": page.cookies["csrftoken"],
    }
    origin = f"https://{NAME}:{front.http.base_url.port}"
    cookie = f"csrftoken={page.cookies['csrftoken']}"
    headers = {"Origin": origin, "Referer": f"{origin}/login/", "Cookie": cookie}
    headers["Host"] = f"{NAME}:{front.http.base_url.port}"
    answer = front.http.post("/login/", data=form, headers=headers)
    assert answer.status_code == 302, answer.text
    assert "Secure" in answer.headers["Set-Cookie"]


def test_the_address_is_the_clients_and_cannot_be_claimed(front: Front) -> None:
    headers = {"Authorization": "Token llmp_" + "x" * 43, "X-Forwarded-For": "6.6.6.6"}
    assert front.http.get("/api/v1/me", headers=headers).status_code == 401
    seen = front.http.get("/api/v1/audit?refused=true", headers=bearer(front)).json()
    assert {entry["address"] for entry in seen} == {"127.0.0.1"}


def bearer(front: Front) -> dict[str, str]:
    return {"Authorization": f"Bearer {front.token}"}


def test_uploads_stream_to_the_limit_and_not_beyond(front: Front) -> None:
    headers = bearer(front)
    made = front.http.post("/api/v1/datasets", json={"name": "d"}, headers=headers).json()
    path = f"/api/v1/datasets/{made['id']}/files"
    limit = 100 * 1024 * 1024
    whole = front.http.put(path, files={"file": ("a.bin", b"\0" * limit)}, headers=headers)
    assert whole.status_code == 200
    over = front.http.put(path, files={"file": ("a.bin", b"\0" * (limit + 1))}, headers=headers)
    assert over.status_code == 413
    assert "detail" in over.json()


def test_events_come_at_once(front: Front) -> None:
    platform = front.platform
    platform.script("for i in 1 2 3 4 5 6; do echo tick $i; sleep 0.5; done")
    for name, folder, text in (("d.jsonl", "datasets", "{}\n"), ("c.yaml", "configs", "a: 1\n")):
        (platform.training_dir / folder / name).write_text(text)
    body = {"name": "p", "dataset_name": "d.jsonl", "training_yaml_name": "c.yaml"}
    front.http.post("/api/projects", json=body, headers=bearer(front)).raise_for_status()
    run = front.http.post("/api/projects/p/runs", headers=bearer(front)).json()["id"]
    arrivals = []
    path = f"/api/projects/p/runs/{run}/events"
    with front.http.stream("GET", path, headers=bearer(front)) as stream:
        for chunk in stream.iter_text():
            arrivals += [time.monotonic()] * chunk.count("tick")
    assert len(arrivals) == 6
    assert arrivals[-1] - arrivals[0] > 1.5  # spread over time, not held back to the end
