"""What a run leaves: listed with size and digest, taken singly or whole, kept by rules."""

from __future__ import annotations

import hashlib
import io
import tarfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from core.accounts.actor import Actor
from projects.models import Project, Run, RunStatus
from projects.runs import artifacts
from projects.runs.checkpoints import whole_checkpoints
from projects.runs.paths import run_folder
from projects.runs.repeat import run_resume
from projects.runs.retention import checkpoints_prune
from projects.runs.services import run_start
from projects.runs.state import transition
from tests.conftest import client_of
from tests.projects.conftest import leave_checkpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(alice: User, project: Project) -> Run:
    """One that has ended, with all that a training leaves."""
    run = run_start(actor=Actor(alice, "session"), project=project)
    output = run_folder(run).output
    (run_folder(run).inputs / "c.yaml").write_text("job: {type: sft}\n")
    for name in ("final/model.safetensors", "final/sub/文件 1.json", "metrics.jsonl",
                 "tensorboard/events.1", "environment.json", ".evaluation.json.tmp"):  # fmt: skip
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        (output / name).write_bytes(name.encode() * 100)
    for step in (2, 4, 6):
        leave_checkpoint(run, step)
    transition(run, RunStatus.STOPPED, code="stopped")
    return run


@pytest.fixture
def client(alice: User) -> Client:
    return client_of(alice)


def path_of(run: Run) -> str:
    return f"/api/projects/{run.project_id}/runs/{run.id}/artifacts"


def body(answer: Any) -> bytes:
    """Of a streamed answer."""

    async def read() -> bytes:
        return b"".join([part async for part in answer.streaming_content])

    from asgiref.sync import async_to_sync

    return async_to_sync(read)()


def test_every_file_is_listed_with_size_and_digest(
    client: Client, run: Run, django_assert_num_queries: Any
) -> None:
    before = client.get(path_of(run)).json()
    assert all(file["sha256"] is None for file in before)
    artifacts.index_round()
    with django_assert_num_queries(6):
        files = client.get(path_of(run)).json()
    for file in files:
        content = (run_folder(run).root / file["path"]).read_bytes()
        assert file["size"] == len(content)
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
    kinds = {file["path"]: file["kind"] for file in files}
    assert kinds["output/final/model.safetensors"] == "result"
    assert kinds["output/checkpoint-2/model.safetensors"] == "checkpoint"
    assert {kinds[name] for name in ("inputs/c.yaml", "run.log")} == {"config", "log"}
    assert "output/.evaluation.json.tmp" not in kinds


def test_a_file_that_changes_loses_its_digest(client: Client, run: Run) -> None:
    artifacts.index_round()
    (run_folder(run).output / "metrics.jsonl").write_text("other")
    found = {file["path"]: file["sha256"] for file in client.get(path_of(run)).json()}
    assert found["output/metrics.jsonl"] is None
    assert found["output/environment.json"]


def test_a_file_and_a_folder_come_as_they_are(client: Client, run: Run) -> None:
    answer = client.get(f"{path_of(run)}/output/final/sub/文件 1.json")
    content = "final/sub/文件 1.json".encode() * 100
    assert body(answer) == content
    assert answer["Content-Length"] == str(len(content))
    answer = client.get(f"{path_of(run)}/output/final")
    archive = body(answer)
    assert answer["Content-Length"] == str(len(archive))
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert tar.getnames() == ["final/model.safetensors", "final/sub/文件 1.json"]
        extracted = tar.extractfile("final/sub/文件 1.json")
        assert extracted is not None
        assert extracted.read() == content


@pytest.mark.parametrize(
    "name",
    ["control/spec.json", "output/../control/spec.json", "output/..%2f..%2f..%2fsecret", "inputs",
     "inputs/d.jsonl", "output/.evaluation.json.tmp", "output/none", "output/link", "%2fetc/passwd",
     "output/%00", "."],
)  # fmt: skip
def test_nothing_else_can_be_taken(client: Client, run: Run, tmp_path: Path, name: str) -> None:
    (run_folder(run).control / "spec.json").write_text("{}")
    (tmp_path / "secret").write_text("secret")
    (run_folder(run).output / "link").symlink_to(tmp_path / "secret")
    assert client.get(f"{path_of(run)}/{name}").status_code == 404
    assert "output/link" not in [file["path"] for file in client.get(path_of(run)).json()]


def prune(settings: Any, *, kept: int = 0, days: int = 0) -> None:
    settings.RUN_CHECKPOINTS_KEPT, settings.RUN_CHECKPOINT_DAYS = kept, days
    checkpoints_prune()


def test_checkpoints_are_kept_by_count_and_age(run: Run, settings: Any) -> None:
    prune(settings)
    assert len(whole_checkpoints(run)) == 3
    prune(settings, kept=2)
    assert whole_checkpoints(run) == ["checkpoint-4", "checkpoint-6"]
    assert run.events.filter(code="checkpoints_removed").count() == 1
    prune(settings, days=2)
    assert len(whole_checkpoints(run)) == 2
    Run.objects.filter(id=run.id).update(finished_at=timezone.now() - timedelta(days=3))
    prune(settings, kept=2, days=2)
    assert whole_checkpoints(run) == []
    assert (run_folder(run).output / "final" / "model.safetensors").is_file()
    artifacts.index_round()
    assert not run.artifacts.filter(path__contains="checkpoint").exists()


def test_a_checkpoint_that_an_active_run_goes_on_from_stays(
    alice: User, run: Run, settings: Any
) -> None:
    child = run_resume(actor=Actor(alice, "session"), run=run, checkpoint="checkpoint-2")
    prune(settings, kept=1)
    assert len(whole_checkpoints(run)) == 3
    transition(child, RunStatus.STOPPED, code="stopped")
    prune(settings, kept=1)
    assert whole_checkpoints(run) == ["checkpoint-6"]


def test_active_runs_are_left_alone(alice: User, project: Project, settings: Any) -> None:
    run = run_start(actor=Actor(alice, "session"), project=project)
    for step in (1, 2):
        leave_checkpoint(run, step)
    prune(settings, kept=1, days=1)
    assert len(whole_checkpoints(run)) == 2


def test_the_page_of_a_run_asks_the_same_however_much_it_left(
    client: Client, run: Run, django_assert_max_num_queries: Any
) -> None:
    page = f"/projects/{run.project_id}/runs/{run.id}/"
    with django_assert_max_num_queries(12):
        text = client.get(page).content.decode()
    assert "output/final/model.safetensors" in text
    assert "checkpoint-6" in text


@pytest.mark.parametrize(
    "text",
    ['{"rows": "many", "base": 5, "trained": [], "answers": [1, {}], "accuracy": "x"}', "[]", "{"],
)
def test_an_evaluation_of_another_shape_hurts_nobody(client: Client, run: Run, text: str) -> None:
    (run_folder(run).output / "evaluation.json").write_text(text)
    with run_folder(run).log.open("a") as log:
        log.write('{"step": 1, "max_steps": 2, "loss": ' + "9" * 4000 + ', "x": [1], "y": true}\n')
    api = f"/api/projects/{run.project_id}/runs/{run.id}"
    assert client.get(f"/projects/{run.project_id}/runs/{run.id}/").status_code == 200
    assert client.get(f"{api}/evaluation").status_code == (200 if "rows" in text else 404)
    assert client.get(f"/projects/compare/?run={run.id}").status_code == 200
    assert client.get(f"/api/runs/compare?run={run.id}").json()["curves"] == {}
