"""Open mode over real sockets: this machine and nobody else, however it is tried."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.live_platform import ROOT, LivePlatform, wait_for
from tests.support.ports import free_port

pytestmark = pytest.mark.processes


def lan_address() -> str:
    """An address of this machine that is not loopback."""
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family == socket.AF_INET and not one.address.startswith("127."):
                return one.address
    pytest.skip("this machine has only loopback")


def raw(port: int, request: str) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").encode())
        return connection.makefile("rb").read().decode("utf-8", "replace")


def test_another_machine_cannot_connect(shared_platform: LivePlatform) -> None:
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://{lan_address()}:{shared_platform.port}/", trust_env=False)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "[::ffff:7f00:1]", "0.0.0.0"]
)
def test_a_rebound_name_is_refused(shared_platform: LivePlatform, host: str) -> None:
    answer = raw(shared_platform.port, f"GET /api/projects HTTP/1.1\r\nHost: {host}\r\n\r\n")
    assert answer.split(" ")[1] in ("400", "403"), answer[:200]


def test_two_host_headers_or_a_full_url_do_not_help(shared_platform: LivePlatform) -> None:
    for request in (
        "GET /api/projects HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        "GET http://evil.example/api/projects HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET /api/projects HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\n\r\n",
    ):
        assert raw(shared_platform.port, request).split(" ")[1] in ("400", "403"), request


def test_what_a_proxy_forwards_is_not_local(shared_platform: LivePlatform) -> None:
    headers = {"X-Forwarded-For": "203.0.113.9"}
    assert shared_platform.http.get("/api/projects").status_code == 200
    assert shared_platform.http.get("/api/projects", headers=headers).status_code == 403


def test_it_does_not_start_on_another_address(tmp_path: Path) -> None:
    platform = LivePlatform(tmp_path / "live", BIND_HOST="0.0.0.0")
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "serve"],
        cwd=ROOT, env=platform.environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode != 0
    assert "BIND_HOST" in done.stderr


def test_a_server_that_is_bound_wide_by_hand_still_refuses_others(tmp_path: Path) -> None:
    platform = LivePlatform(tmp_path / "live")
    platform.manage("prepare")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "platform_site.asgi:application", "--worker-class",
         "platform_site.server.web_worker.WebWorker", "--bind", f"0.0.0.0:{port}",
         "--no-control-socket"],
        cwd=ROOT, env=platform.environment, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        local = f"http://127.0.0.1:{port}"
        wait_for(lambda: httpx.get(f"{local}/healthz").status_code == 200, 30, "it answers")
        assert httpx.get(f"{local}/api/projects").status_code == 200
        for host in ("localhost", "127.0.0.1"):
            answer = httpx.get(
                f"http://{lan_address()}:{port}/api/projects", headers={"Host": host},
                trust_env=False,
            )  # fmt: skip
            assert answer.status_code == 403
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
