"""What a run's own processes put in the place of its files leads nobody to other files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from core.accounts.actor import Actor
from core.errors import Conflict
from core.execution.run_folder import RunFolder
from core.files.plain_files import open_inside, open_plain
from projects.models import Project, Run, RunStatus
from projects.runs import artifacts
from projects.runs.checkpoints import checkpoint_take
from projects.runs.metrics import run_metrics
from projects.runs.paths import run_folder
from projects.runs.repeat import run_resume
from projects.runs.results import run_result
from projects.runs.services import run_start
from projects.runs.state import transition
from tests.conftest import client_of
from tests.projects.conftest import leave_checkpoint

SECRET = "the platform's own secret"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "secret_key").write_text(SECRET + ' {"step": 1, "max_steps": 2}')
    return folder / "secret_key"


@pytest.fixture
def run(alice: User, project: Project) -> Run:
    run = run_start(actor=Actor(alice, "session"), project=project)
    transition(run, RunStatus.RUNNING, code="submitted_local")
    return run


@pytest.fixture
def folder(run: Run, secret: Path) -> RunFolder:
    """Every file that we read of a run, replaced by what a script has no business with."""
    folder = run_folder(run)
    (folder.output / "final").mkdir()
    leave_checkpoint(run, 2)
    config = folder.inputs / "c.yaml"
    for path in (folder.log, config, folder.output / "link.txt", folder.inputs / "inherited.jsonl",
                 folder.output / "final" / "chat_template.jinja",
                 folder.output / "checkpoint-2" / "extra"):  # fmt: skip
        path.unlink(missing_ok=True)
        path.symlink_to(secret)
    (folder.output / "folder").symlink_to(secret.parent)
    (folder.output / "checkpoint-2" / "folder").symlink_to(secret.parent)
    os.mkfifo(folder.output / "evaluation.json")
    os.mkfifo(folder.output / "final" / "pipe")
    return folder


@pytest.fixture
def client(alice: User) -> Client:
    return client_of(alice)


def body(answer: object) -> bytes:
    stream = getattr(answer, "streaming_content", None)
    if stream is None:
        return bytes(getattr(answer, "content", b""))

    async def read() -> bytes:
        return b"".join([part async for part in stream])

    from asgiref.sync import async_to_sync

    return async_to_sync(read)()


def paths(run: Run) -> Iterator[str]:
    api = f"/api/projects/{run.project_id}/runs/{run.id}"
    yield from (api, f"{api}/log", f"{api}/log?tail=5", f"{api}/metrics", f"{api}/config")
    yield from (
        f"{api}/evaluation",
        f"{api}/artifacts",
        f"/projects/{run.project_id}/runs/{run.id}/",
    )
    for name in ("output/link.txt", "output/folder", "output/folder/secret_key", "output/final",
                 "output/final/chat_template.jinja", "output", "inputs/c.yaml", "run.log",
                 "output/evaluation.json", "output/final/pipe", "output/checkpoint-2"):  # fmt: skip
        yield f"{api}/artifacts/{name}"


@pytest.mark.timeout(60)  # a pipe that is opened plainly waits for ever
def test_no_answer_has_what_a_link_leads_to(client: Client, run: Run, folder: RunFolder) -> None:
    for path in paths(run):
        answer = client.get(path)
        assert answer.status_code in (200, 400, 404), path
        assert SECRET.encode() not in body(answer), path
    listed = [file.path for file in artifacts.artifact_list(run)]
    assert listed == [
        "output/checkpoint-2/model.safetensors",
        "output/checkpoint-2/trainer_state.json",
    ]
    assert run_metrics(run)["total"] == 0


@pytest.mark.timeout(60)
def test_digests_are_of_plain_files_and_end(run: Run, folder: RunFolder) -> None:
    artifacts.artifacts_index(run)
    assert run.artifacts.count() == 2


def test_a_result_whose_links_lead_out_is_not_served(run: Run, folder: RunFolder) -> None:
    transition(run, RunStatus.SUCCEEDED, code="succeeded")
    with pytest.raises(Conflict, match="lead out"):
        run_result(run)
    for path in (folder.output / "final").iterdir():
        path.unlink()
    (folder.output / "final" / "weights").symlink_to(folder.output / "checkpoint-2")
    assert run_result(run).path.name == "final"  # within its own folder a script may link
    shutil.rmtree(folder.output / "final")
    (folder.output / "final").symlink_to(folder.root.parents[3])
    with pytest.raises(Conflict, match="lead out"):
        run_result(run)


def test_a_resumed_run_takes_no_files_along_by_links(
    alice: User, run: Run, folder: RunFolder, training: Path
) -> None:
    shutil.copy(training / "configs" / "c.yaml", folder.inputs / "new")
    (folder.inputs / "new").replace(folder.inputs / "c.yaml")
    transition(run, RunStatus.STOPPED, code="stopped")
    child = run_resume(actor=Actor(alice, "session"), run=run)
    checkpoint_take(child)
    taken = run_folder(child).output / "checkpoint-2"
    plain = {path.name for path in taken.rglob("*") if path.is_file() and not path.is_symlink()}
    assert plain == {"model.safetensors", "trainer_state.json"}
    assert {file.path for file in artifacts.artifact_list(child)} == {
        *(f"output/checkpoint-2/{name}" for name in plain),
        "inputs/c.yaml", "output/metrics.jsonl", "run.log",
    }  # fmt: skip


def test_only_plain_files_inside_are_opened(tmp_path: Path, secret: Path) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "a" / "file").write_text("x")
    (root / "link").symlink_to(root / "a")
    (root / "out").symlink_to(secret)
    with open_inside(root, "a/file") as file:
        assert file.read() == b"x"
    for name in ("link/file", "out", "../var/secret_key", str(secret), "a", "none", "a/../a/file"):
        with pytest.raises(OSError, match=r".+"):
            open_inside(root, name)
    for path in (root / "out", root / "a", Path("/dev/zero")):
        with pytest.raises(OSError, match=r".+"):
            open_plain(path)
