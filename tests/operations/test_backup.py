"""A backup of a running platform, restored to an empty machine, is the same platform."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PASSWORD
from tests.support.live_platform import ROOT, LivePlatform, wait_for
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.processes
CONTENT = '{"text": "一行"}\n'.encode() * 1000


def command(platform: LivePlatform, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT, env=platform.environment, capture_output=True, text=True,
    )  # fmt: skip


def filled(folder: Path, **environment: str) -> tuple[LivePlatform, dict[str, Any]]:
    """A platform with a user, a token, an upload, an ended run and one that goes on."""
    platform = LivePlatform(folder, PLATFORM_AUTH="required", **environment)
    platform.start()
    (platform.folder / "password").write_text(PASSWORD)
    platform.manage("createadmin", "adam", "--password-file", str(folder / "password"))
    token = platform.manage("createtoken", "adam", "t").strip()
    platform.http.headers["Authorization"] = f"Token {token}"
    dataset = platform.http.post("/api/v1/datasets", json={"name": "d"}).json()["id"]
    platform.http.put(f"/api/v1/datasets/{dataset}/files", files={"file": ("d.jsonl", CONTENT)})
    policy = {"policy_id": "sealed", "content": {"default": "encrypt", "key": "team"}}
    platform.http.post("/api/v1/deid/policies", json=policy)
    body = {"policy_id": "sealed", "text": ["张三"]}
    sealed = platform.http.post("/api/v1/deidentify:test", json=body).json()["deidentified"]
    platform.script("echo result 一")
    platform.project("done")
    run = platform.run("done")
    run.wait_end()
    platform.script("echo begun; sleep 300")
    platform.project("going")
    going = platform.run("going")
    going.wait_line("begun")
    facts = {
        "sealed": sealed,
        "token": token,
        "dataset": dataset,
        "run": run.path,
        "going": going.path,
    }
    return platform, facts


def check_restored(platform: LivePlatform, facts: dict[str, Any]) -> None:
    platform.http.headers["Authorization"] = f"Token {facts['token']}"
    assert platform.http.get("/api/v1/me").json()["role"] == "admin"
    data = platform.http.get(f"/api/v1/datasets/{facts['dataset']}").json()
    stored = platform.storage / "datasets" / data["files"][0]["stored_name"]
    assert stored.read_bytes() == CONTENT
    body = {"policy_id": "sealed", "text": facts["sealed"]}
    assert platform.http.post("/api/v1/deidentify:restore", json=body).json() == {"text": ["张三"]}
    assert "result 一" in platform.http.get(f"{facts['run']}/log").text
    actions = {entry["action"] for entry in platform.http.get("/api/v1/audit").json()}
    assert {"backup", "restore", "dataset.upload"} <= actions

    def honest() -> bool:  # the run that went on elsewhere does not run here
        return bool(platform.http.get(facts["going"]).json()["status"] == "failed")

    wait_for(honest, 30, "the run that is not here has failed")


def test_it_is_restored_to_an_empty_machine(tmp_path: Path) -> None:
    first, facts = filled(tmp_path / "first")
    file = tmp_path / "backup.tar"
    try:
        first.manage("backup", str(file))
        assert file.stat().st_mode & 0o777 == 0o600
        first.http.post(f"{facts['going']}/stop")
    finally:
        first.stop()
    second = LivePlatform(tmp_path / "second", PLATFORM_AUTH="required")
    assert command(second, "restore", str(file), "--check").returncode == 0
    assert command(second, "restore", str(file)).returncode == 0
    again = command(second, "restore", str(file))
    assert again.returncode != 0
    assert "not empty" in again.stderr
    second.start()
    try:
        check_restored(second, facts)
    finally:
        second.stop()


def test_it_is_restored_on_postgresql(postgres: PostgresServer, tmp_path: Path) -> None:
    first, facts = filled(tmp_path / "first", DATABASE_URL=postgres.url)
    file = tmp_path / "backup.tar"
    try:
        first.manage("backup", str(file))
        first.http.post(f"{facts['going']}/stop")
    finally:
        first.stop()
    postgres.make_database("second")
    url = postgres.url.rpartition("/")[0] + "/second"
    second = LivePlatform(tmp_path / "second", PLATFORM_AUTH="required", DATABASE_URL=url)
    done = command(second, "restore", str(file))
    assert done.returncode == 0, done.stderr
    second.start()
    try:
        check_restored(second, facts)
    finally:
        second.stop()


def test_a_broken_or_forged_backup_changes_nothing(tmp_path: Path) -> None:
    platform = LivePlatform(tmp_path / "live")
    outside = tmp_path / "outside"
    cases = {
        "cut": b"\0" * 10,
        "empty": b"",
        "stray": archive({"../outside": b"x", "manifest.json": b"{}"}),
        "linked": archive({"manifest.json": b'{"format": 1, "sha256": {}}'}, link="storage/l"),
    }
    for name, data in cases.items():
        (tmp_path / name).write_bytes(data)
        done = command(platform, "restore", str(tmp_path / name))
        assert done.returncode != 0, name
        assert "Traceback" not in done.stderr, done.stderr
    assert not outside.exists()
    assert not any(path.is_file() for path in platform.storage.rglob("*"))


def archive(files: dict[str, bytes], link: str = "") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))
        if link:
            info = tarfile.TarInfo(link)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            made.addfile(info)
    return buffer.getvalue()
