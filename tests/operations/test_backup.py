"""A backup of a running platform, restored to an empty machine, is the same platform."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.conftest import PASSWORD
from tests.support.deployments import engine_environment, launch
from tests.support.keyed import Keyed
from tests.support.live_platform import CONFIG, ROOT, LivePlatform, LiveRun
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.processes
CONTENT = '{"input": "一", "output": "行"}\n'.encode() * 1000
# Trains as far as a backup can tell: checkpoints that a resumption inherits, an adapter at the end.
TRAIN = """
out="$LLM_PLATFORM_RUN_DIR/output"
for step in 2 4; do
  [ -e "$out/checkpoint-$step" ] && continue
  mkdir -p "$out/checkpoint-$step"
  head -c 20000 /dev/urandom > "$out/checkpoint-$step/model.safetensors"
  echo '{}' > "$out/checkpoint-$step/trainer_state.json"
done
mkdir -p "$out/final"; echo '{}' > "$out/final/adapter_config.json"
cp "$out/checkpoint-4/model.safetensors" "$out/final/"
echo result 一
"""
MERGE = (
    'mkdir -p "$LLM_PLATFORM_RUN_DIR/output/final"; echo m > "$LLM_PLATFORM_RUN_DIR/output/final/w"'
)


def command(platform: LivePlatform, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT, env=platform.environment, capture_output=True, text=True,
    )  # fmt: skip


class Filled:
    """A platform that has done, and is doing, all that a backup must bring back."""

    def __init__(self, folder: Path, **environment: str) -> None:
        folder.mkdir()
        self.live = LivePlatform(
            folder, **engine_environment(folder), PLATFORM_AUTH="required", **environment
        )
        self.live.start()
        try:
            self._fill()
        except BaseException:
            self.live.stop()
            raise

    def _fill(self) -> None:
        password = self.live.folder / "password"
        password.write_text(PASSWORD)
        self.live.manage("createadmin", "adam", "--password-file", str(password))
        self.token = self.live.manage("createtoken", "adam", "t").strip()
        self.live.http.headers["Authorization"] = f"Token {self.token}"
        self.dataset, self.upload = self._uploaded()
        self.keyed = Keyed(self.live)
        self.runs = self._trained()
        self.live.script("echo begun; sleep 300")
        self.going = self.live.run("p")
        self.going.wait_line("begun")
        self.engine = launch(self.live)
        self.engine.wait_healthy()
        self.files = {run.path: self._contents(self.live, run.path) for run in self.runs}

    def _uploaded(self) -> tuple[str, str]:
        http = self.live.http
        dataset = http.post("/api/v1/datasets", json={"name": "d"}).json()["id"]
        files = {"file": ("d.jsonl", CONTENT)}
        answer = http.put(f"/api/v1/datasets/{dataset}/files", files=files)
        return dataset, answer.json()["upload_id"]

    def _trained(self) -> list[LiveRun]:
        """A run on the upload, one that goes on from it, and one that merges its adapter."""
        live = self.live
        live.script(TRAIN)
        live.script(MERGE, name="run_merge_lora.sh")
        (live.training_dir / "configs" / "p.yaml").write_text(CONFIG)
        names = {"dataset_name": "d.jsonl", "training_yaml_name": "configs/p.yaml"}
        answer = live.http.post("/api/projects", json={"name": "p", **names})
        assert answer.status_code == 201, answer.text
        first = live.run("p")
        first.wait_end()
        made = [first]
        for what in ("resume", "merge"):
            answer = live.http.post(f"{first.path}/{what}")
            assert answer.status_code == 201, answer.text
            made.append(LiveRun(live, answer.json()))
        assert [run.wait_end()["status"] for run in made] == ["succeeded"] * 3
        return made

    def _contents(self, live: LivePlatform, path: str) -> dict[str, bytes]:
        listed = live.http.get(f"{path}/artifacts").json()
        names = [one["path"] for one in listed]
        assert names, "a run has left files"
        return {name: live.http.get(f"{path}/artifacts/{name}").content for name in names}

    def end(self) -> None:
        self.live.http.post(f"{self.going.path}/stop")
        self.engine.delete(force=True)
        self.live.stop()

    def check(self, live: LivePlatform) -> None:
        """`live` is the same platform."""
        live.http.headers["Authorization"] = f"Token {self.token}"
        assert live.http.get("/api/v1/me").json()["role"] == "admin"
        browser = logged_in(live)
        assert browser.get(f"/datasets/files/{self.upload}/download/").content == CONTENT
        self.keyed.check(live)
        for run in self.runs:
            assert self._contents(live, run.path) == self.files[run.path]
        log = live.http.get(f"{self.runs[0].path}/log").text
        assert "result 一" in log
        assert live.http.get(self.runs[1].path).json()["parent_id"] == self.runs[0].id
        assert live.http.get("/api/v1/deid/policies/kept").json()["policy_id"] == "kept"
        actions = {entry["action"] for entry in live.http.get("/api/v1/audit").json()}
        assert {"backup", "restore", "dataset.upload", "deployment.launch"} <= actions

        for path in (self.going.path, self.engine.path):  # what went on elsewhere is not here
            deadline = time.monotonic() + 60
            while (seen := live.http.get(path).json())["status"] != "failed":
                assert time.monotonic() < deadline, (seen, live.log_tail())
                time.sleep(0.2)


def logged_in(live: LivePlatform) -> httpx.Client:
    browser = httpx.Client(base_url=live.url, trust_env=False, headers={"Referer": live.url})
    browser.get("/login/")
    form = {"username": "adam", "password": PASSWORD}
    form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
    assert browser.post("/login/", data=form).status_code == 302
    return browser


def empty_platform(folder: Path, **environment: str) -> LivePlatform:
    folder.mkdir()
    return LivePlatform(
        folder, **engine_environment(folder), PLATFORM_AUTH="required", **environment
    )


def test_it_is_restored_to_an_empty_machine(tmp_path: Path) -> None:
    first = Filled(tmp_path / "first")
    file = tmp_path / "backup.tar"
    try:
        first.live.manage("backup", str(file))
        assert file.stat().st_mode & 0o777 == 0o600
    finally:
        first.end()
    second = empty_platform(tmp_path / "second")
    assert command(second, "restore", str(file), "--check").returncode == 0
    assert command(second, "restore", str(file)).returncode == 0
    again = command(second, "restore", str(file))
    assert again.returncode != 0
    assert "not empty" in again.stderr
    second.start()
    try:
        first.check(second)
    finally:
        second.stop()


def test_it_is_restored_on_postgresql(postgres: PostgresServer, tmp_path: Path) -> None:
    first = Filled(tmp_path / "first", DATABASE_URL=postgres.url)
    file = tmp_path / "backup.tar"
    try:
        first.live.manage("backup", str(file))
    finally:
        first.end()
    postgres.make_database("second")
    url = postgres.url.rpartition("/")[0] + "/second"
    second = empty_platform(tmp_path / "second", DATABASE_URL=url)
    done = command(second, "restore", str(file))
    assert done.returncode == 0, done.stderr
    second.start()
    try:
        first.check(second)
    finally:
        second.stop()
