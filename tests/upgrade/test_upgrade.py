"""The database of the version before, with a run, an engine and a job under way, goes on.

`before/` has what that version had written: its database (SQLite's own dump), the specs of the
two wrappers that were running, and its wrapper. The test starts those wrappers as it did.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from core.execution.process_identity import boot_id, marked_processes
from tests.support.deployments import engine_environment
from tests.support.live_platform import ROOT, LivePlatform, LiveRun, wait_for

pytestmark = pytest.mark.processes
BEFORE = Path(__file__).parent / "before"
HOST = "lab"
SCRIPT = 'echo begun; while [ ! -e "$LLM_PLATFORM_TRAINING_DIR/go" ]; do sleep 0.1; done; echo done'


@dataclass
class Upgraded:
    platform: LivePlatform
    run: LiveRun
    engine: str
    pid: int
    job: str


def filled(text: str, folder: Path, port: int) -> str:
    values = {"ROOT": folder, "PYTHON": sys.executable, "PLATFORM": ROOT, "PORT": port,
              "BOOT": boot_id()}  # fmt: skip
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def start_wrapper(root: Path, spec: str) -> None:
    """As the version before: its own wrapper, its own spec."""
    control = root / "control"
    control.mkdir(parents=True)
    for name in ("inputs", "output"):
        (root / name).mkdir()
    (control / "wrapper.py").write_text((BEFORE / "wrapper.py.txt").read_text())
    (control / "spec.json").write_text(spec)
    Path(json.loads(spec)["log"]).touch()
    subprocess.run([sys.executable, control / "wrapper.py", "start", root], check=True)


def ids(database: Path, table: str) -> str:
    with sqlite3.connect(database) as connection:
        return str(UUID(connection.execute(f"select id from {table}").fetchone()[0]))  # noqa: S608


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    folder = tmp_path_factory.mktemp("upgrade")
    environment = engine_environment(folder, PLATFORM_HOST=HOST, DEID_PROCESSES="1")
    platform = LivePlatform(folder, **environment)
    port = int(environment["DEPLOY_PORT_LOW"])
    platform.var.mkdir()
    database = platform.var / "platform.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.executescript(filled((BEFORE / "platform.sql").read_text(), folder, port))
    run, engine = ids(database, "projects_run"), ids(database, "deployments_deployment")
    job, upload = ids(database, "datasets_filejob"), ids(database, "datasets_datasetfile")
    platform.script(SCRIPT)
    (platform.training_dir / "datasets" / "p.jsonl").write_text('{"input":"a","output":"b"}\n')
    (platform.storage / "datasets").mkdir(parents=True)
    (platform.storage / "datasets" / f"{upload}.jsonl").write_text(rows())
    (platform.storage / "jobs" / job / "attempts" / "1" / "control").mkdir(parents=True)
    run_root = platform.training_dir / "runs" / run
    (folder / "deploy_logs").mkdir()
    start_wrapper(run_root, filled((BEFORE / "run.json").read_text(), folder, port))
    spec = filled((BEFORE / "engine.json").read_text(), folder, port)
    start_wrapper(folder / "deploy_logs" / engine / "1", spec)
    claim = folder / "deploy_logs" / engine / "1" / "control" / "claim"
    wait_for(claim.exists, 10, "the old wrapper has begun")
    pid = json.loads(claim.read_text())["pid"]
    platform.start()
    project = platform.http.get("/api/projects").json()[0]["id"]
    live = LiveRun(platform, {"id": run, "project_id": project})
    yield Upgraded(platform, live, engine, pid, job)
    (platform.training_dir / "go").touch()
    platform.http.delete(f"/api/v1/deployments/{engine}?force=true")
    platform.stop()


def rows() -> str:
    """The file that the job was reading."""
    return "".join(
        json.dumps(
            {"text": f"第{i}行 客户张伟手机号1380013{i:04d}，住在北京市朝阳区建国路{i}号"},
            ensure_ascii=False,
        )
        + "\n"
        for i in range(300)
    )


def test_a_run_under_way_is_watched_to_its_end(upgraded: Upgraded) -> None:
    run = upgraded.run
    assert run.get()["status"] == "running"
    assert len(run.processes()) >= 1
    (upgraded.platform.training_dir / "go").touch()
    assert run.wait_end()["status"] == "succeeded"
    assert run.script_lines().count("begun") == 1
    assert "done" in run.script_lines()
    assert run.processes() == []


def test_an_engine_under_way_is_the_same_and_serves(upgraded: Upgraded) -> None:
    http = upgraded.platform.http

    def healthy() -> bool:
        return bool(http.get(f"/api/v1/deployments/{upgraded.engine}").json()["health_ok"])

    wait_for(healthy, 30, "the engine is healthy")
    shown = http.get(f"/api/v1/deployments/{upgraded.engine}").json()
    assert (shown["status"], shown["restart_count"]) == ("running", 0)
    assert marked_processes(f"{upgraded.engine}-1")
    body = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
    answer = http.post("/v1/chat/completions", json=body)
    assert answer.status_code == 200, answer.text


def test_a_job_that_was_lost_with_its_host_goes_on(upgraded: Upgraded) -> None:
    def ended() -> bool:
        job = upgraded.platform.http.get(f"/api/v1/datasets/jobs/{upgraded.job}").json()
        assert job["status"] != "failed", job
        return bool(job["status"] == "succeeded")

    wait_for(ended, 60, "the job is done")


def test_leases_and_rows_are_all_there(upgraded: Upgraded) -> None:
    with sqlite3.connect(upgraded.platform.var / "platform.sqlite3") as connection:
        leases = connection.execute("select kind, holder_type from platform_site_lease").fetchall()
        users = connection.execute("select count(*) from auth_user").fetchone()
        entries = connection.execute("select count(*) from accounts_auditentry").fetchone()
    assert leases == [("port", "deployment")]
    assert users[0] >= 1
    assert entries[0] >= 6
