"""Scans and de-identification of uploads on a running platform, and the gate before training."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.live_platform import LivePlatform, wait_for

pytestmark = pytest.mark.processes
ROW = {"messages": [{"role": "user", "content": "我叫李小明，电话13800138000，真高兴。"}]}


class Jobs:
    """One dataset of a platform, its files and jobs."""

    def __init__(self, live: LivePlatform) -> None:
        self.live, self.http = live, live.http
        self.dataset = self.http.post("/api/v1/datasets", json={"name": "d"}).json()["id"]

    def upload(self, name: str, content: bytes) -> str:
        path = f"/api/v1/datasets/{self.dataset}/files"
        return str(self.http.put(path, files={"file": (name, content)}).json()["upload_id"])

    def start(self, upload: str, kind: str, **body: Any) -> str:
        answer = self.http.post(f"/api/v1/datasets/uploads/{upload}/{kind}", json=body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def get(self, job: str) -> dict[str, Any]:
        return dict(self.http.get(f"/api/v1/datasets/jobs/{job}").json())

    def wait(self, job: str, *statuses: str, timeout: float = 90) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            data = self.get(job)
            return data if data["status"] in statuses else None

        return dict(wait_for(there, timeout, f"job {job} is {statuses}"))

    def files(self) -> dict[str, dict[str, Any]]:
        data = self.http.get(f"/api/v1/datasets/{self.dataset}").json()
        return {file["name"]: file for file in data["files"]}

    def state(self) -> str:
        return str(self.http.get(f"/api/v1/datasets/{self.dataset}").json()["data_state"])

    def content(self, upload: str) -> str:
        return self.http.get(f"/datasets/files/{upload}/download/").text


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    live = LivePlatform(tmp_path, TRAINING_EXECUTOR="local")
    live.start()
    yield Jobs(live)
    live.stop()


def rows(count: int) -> bytes:
    line = json.dumps(ROW, ensure_ascii=False) + "\n"
    return (line * count).encode()


def processes(job: str) -> list[psutil.Process]:
    return [
        one
        for one in psutil.process_iter(["cmdline"])
        if job in " ".join(one.info["cmdline"] or [])
    ]


def test_a_file_is_scanned_and_deidentified_with_lineage_and_vault(jobs: Jobs) -> None:
    personal = jobs.upload("a.jsonl", rows(3))
    clean = jobs.upload("b.txt", "今天天气很好。\n".encode())
    assert jobs.state() == "unscanned"
    report = jobs.wait(jobs.start(personal, "scan"), "succeeded")["report"]
    assert report["types"] == {"PERSON": 3, "PHONE_NUMBER": 3} and report["rows_found"] == 3
    jobs.wait(jobs.start(clean, "scan"), "succeeded")
    assert [file["data_state"] for file in jobs.files().values()] == ["personal", "clean"]
    assert jobs.state() == "personal"
    policy = {
        "policy_id": "kept",
        "content": {"default": "pseudonym", "key": "k", "keep_mapping": True},
    }
    assert jobs.http.post("/api/v1/deid/policies", json=policy).status_code == 201
    job = jobs.wait(jobs.start(personal, "deidentify", policy_id="kept"), "succeeded")
    made = jobs.files()["a.deidentified.jsonl"]
    assert made["upload_id"] == job["result_upload_id"] and made["data_state"] == "deidentified"
    assert made["lineage"]["source"] == personal and made["lineage"]["policy_version"] == "1"
    text = jobs.content(made["upload_id"])
    assert text.count("\n") == 3 and "李小明" not in text and "高兴" in text
    name = json.loads(text.split("\n")[0])["messages"][0]["content"][2:].partition("，")[0]
    for looked_for in (name, "李小明"):
        page = jobs.http.get("/deid/vault/")
        token = page.text.partition('csrfmiddlewaretoken" value="')[2].partition('"')[0]
        form = {"csrfmiddlewaretoken": token, "text": looked_for, "reason": "audit"}
        headers = {"Referer": f"{jobs.live.url}/deid/vault/", "Origin": jobs.live.url}
        found = jobs.http.post("/deid/vault/", data=form, headers=headers).text
        assert f">{name}<" in found and ">李小明<" in found
    looks = [one for one in jobs.http.get("/api/v1/audit").json() if one["action"] == "deid.vault"]
    assert len(looks) == 2 and "李小明" not in json.dumps(looks, ensure_ascii=False)
    database = (jobs.live.folder / "var" / "platform.sqlite3").read_bytes()
    assert "李小明".encode() not in database
    page = jobs.http.get(f"/datasets/jobs/{job['id']}/compare/").text
    assert "<del>" in page and "<ins>" in page
    refused = jobs.http.delete("/api/v1/deid/policies/kept")
    assert refused.status_code == 409


def test_a_job_is_stopped_and_goes_on(jobs: Jobs) -> None:
    upload = jobs.upload("a.jsonl", rows(20_000))
    job = jobs.start(upload, "deidentify")
    wait_for(lambda: 0 < jobs.get(job)["progress"] < 1, 60, "it is under way")
    again = jobs.http.post(f"/api/v1/datasets/uploads/{upload}/deidentify", json={})
    assert again.status_code == 409
    assert jobs.http.delete(f"/api/v1/datasets/uploads/{upload}").status_code == 409
    assert jobs.http.post(f"/api/v1/datasets/jobs/{job}/stop").status_code == 200
    stopped = jobs.wait(job, "stopped")
    assert 0 < stopped["progress"] < 1 and stopped["reason"]
    wait_for(lambda: not processes(job), 10, "nothing of it runs")
    assert jobs.http.post(f"/api/v1/datasets/jobs/{job}/stop").status_code == 409
    assert jobs.http.post(f"/api/v1/datasets/jobs/{job}/resume").status_code == 200
    done = jobs.wait(job, "succeeded", timeout=150)
    assert done["report"]["rows"] == 20_000 and done["attempt"] == 2
    text = jobs.content(done["result_upload_id"])
    assert text.count("\n") == 20_000 and "李小明" not in text


def test_a_job_outlives_the_platform_and_a_killed_one_goes_on(jobs: Jobs) -> None:
    upload = jobs.upload("a.jsonl", rows(20_000))
    job = jobs.start(upload, "deidentify")
    wait_for(lambda: 0 < jobs.get(job)["progress"] < 1, 60, "it is under way")
    jobs.live.kill()
    assert processes(job)
    jobs.live.start()
    assert jobs.get(job)["status"] == "running" and jobs.get(job)["attempt"] == 1
    for process in processes(job):
        os.kill(process.pid, signal.SIGKILL)
    done = jobs.wait(job, "succeeded", timeout=150)
    assert done["attempt"] == 2 and done["report"]["rows"] == 20_000


def test_what_cannot_be_read_fails_and_says_why(jobs: Jobs) -> None:
    job = jobs.start(jobs.upload("a.json", "[{".encode("utf-16")), "scan")
    assert "GB 18030" in jobs.wait(job, "failed")["reason"]
    job = jobs.start(jobs.upload("b.json", b"{"), "scan")  # as text, and it says so
    assert jobs.wait(job, "succeeded")["report"]["broken"] == 1
    upload = jobs.upload("a.bin", b"x")
    answer = jobs.http.post(f"/api/v1/datasets/uploads/{upload}/scan", json={})
    assert answer.status_code == 400 and ".jsonl" in answer.json()["detail"]


def test_the_gate_before_training(jobs: Jobs) -> None:
    live = jobs.live
    live.script("echo done")
    (live.training_dir / "configs" / "c.yaml").write_text("job: {type: sft}\n")
    upload = jobs.upload("rows.jsonl", rows(2))
    body = {"name": "p", "dataset_name": "rows.jsonl", "training_yaml_name": "c.yaml"}
    assert jobs.http.post("/api/projects", json=body).status_code == 201
    warned = jobs.http.post("/api/projects/p/runs").json()
    assert warned["data_state"] == "unscanned"
    assert "rows.jsonl" in jobs.http.get(f"/api/projects/p/runs/{warned['id']}/log").text
    jobs.wait(jobs.start(upload, "scan"), "succeeded")
    answer = jobs.http.put("/api/projects/p/data-gate", json={"gate": "refuse"})
    assert answer.json() == {"gate": "refuse"}
    refused = jobs.http.post("/api/projects/p/runs")
    assert refused.status_code == 409 and "rows.jsonl" in refused.json()["detail"]
    jobs.wait(jobs.start(upload, "deidentify"), "succeeded")
    assert jobs.http.delete(f"/api/v1/datasets/uploads/{upload}").status_code == 200
    body = {"name": "q", "dataset_name": "rows.deidentified.jsonl", "training_yaml_name": "c.yaml"}
    jobs.http.post("/api/projects", json=body)
    jobs.http.put("/api/projects/q/data-gate", json={"gate": "refuse"})
    run = jobs.http.post("/api/projects/q/runs")
    assert run.status_code == 201 and run.json()["data_state"] == "deidentified"
