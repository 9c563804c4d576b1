"""Web, worker and agent apart, each with only what compose.yaml gives it, are one platform."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PASSWORD
from tests.support.compose import Composed
from tests.support.keyed import Keyed
from tests.support.live_platform import LivePlatform
from tests.support.ports import free_port

pytestmark = pytest.mark.processes
PARTS = ("web", "worker", "agent")


@pytest.fixture
def composed(tmp_path: Path) -> Iterator[Composed]:
    made = Composed(
        tmp_path / "composed",
        operator={"ALLOWED_HOSTS": "localhost", "TRUSTED_PROXIES": "127.0.0.1"},
        # No Docker engine here, and a file for PostgreSQL, which other tests have.
        instead={"TRAINING_EXECUTOR": "local", "DEPLOY_LAUNCHER": "local", "GPU_INVENTORY": "none",
                 "BIND_HOST": "127.0.0.1", "PORT": str(free_port()), "WEB_WORKERS": "1"},
    )  # fmt: skip
    folder = made.folder / "secrets"
    folder.mkdir()
    (folder / "secret_key").write_text(secrets.token_hex(32))
    (folder / "database_url").write_text(f"sqlite:///{made.folder / 'database.sqlite3'}")
    yield made
    made.stop()


def seen_from_outside(composed: Composed) -> LivePlatform:
    """A client behind the proxy, which speaks HTTPS with its users."""
    live = LivePlatform(composed.folder / "outside")
    environment = composed.environment("web")
    live.port = int(environment["PORT"])
    live.training_dir = Path(environment["HOST_TRAINING_DIR"])
    live.storage = Path(environment["LLM_APP_STORAGE"])
    live.http.base_url = f"http://localhost:{live.port}"  # type: ignore[assignment]
    live.http.headers["X-Forwarded-Proto"] = "https"
    for name in ("scripts", "datasets", "configs"):
        (live.training_dir / name).mkdir(parents=True, exist_ok=True)
    return live


def test_parts_served_apart_are_one_platform(composed: Composed) -> None:
    composed.run("prepare", "prepare")
    password = composed.folder / "password"
    password.write_text(PASSWORD)
    composed.run("prepare", "createadmin", "adam", "--password-file", str(password))
    token = composed.run("prepare", "createtoken", "adam", "t").strip()
    for part in PARTS:
        composed.start(part)
    live = seen_from_outside(composed)
    live.http.headers["Authorization"] = f"Token {token}"
    live.wait_ready()
    live.script("echo one; sleep 3; echo two")
    live.project("apart")
    run = live.run("apart")
    run.wait_line("one")
    composed.processes["worker"].send_signal(signal.SIGINT)
    composed.processes["worker"].wait(20)
    assert run.wait_end()["status"] == "succeeded"
    assert run.script_lines() == ["one", "two"]
    composed.start("worker")
    keyed = Keyed(live)
    composed.stop()
    for part in PARTS:
        composed.start(part)
    live.wait_ready()
    keyed.check(live, lambda *arguments: composed.run("web", *arguments))
    for part in PARTS:
        said = (composed.folder / f"{part}.log").read_text()
        assert "DEID_KEY_DIR" not in said, said
