"""Runs made from runs: what they take over, what they record, what they refuse."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from core.execution.executor import ExecutorError
from projects.models import Project, Run, RunStatus
from projects.runs.checkpoints import checkpoint_take, whole_checkpoints
from projects.runs.metrics import run_metrics
from projects.runs.paths import run_folder
from projects.runs.state import transition
from tests.conftest import client_of
from tests.projects.conftest import CONFIG, leave_checkpoint, log_points

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(alice: User) -> Client:
    return client_of(alice)


@pytest.fixture
def ended(client: Client, project: Project) -> Run:
    """A run that was stopped after step 7, with checkpoints at 4 and 6."""
    run = Run.objects.get(id=post(client, f"/api/projects/{project.id}/runs").json()["id"])
    log_points(run, 1, 2, 3, 4, 5, 6, 7)
    for step in (4, 6):
        leave_checkpoint(run, step)
    leave_checkpoint(run, 7, whole=False)
    transition(run, RunStatus.STOPPED, code="stopped")
    return run


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(path, {} if body is None else body, "application/json")


def path_of(run: Run) -> str:
    return f"/api/projects/{run.project_id}/runs/{run.id}"


def test_a_start_with_changes_keeps_its_own_configuration(client: Client, project: Project) -> None:
    made = post(
        client,
        f"/api/projects/{project.id}/runs",
        {"changes": {"training.max_steps": 5, "training.learning_rate": None, "lora.r": 4}},
    ).json()
    found = client.get(f"/api/projects/{project.id}/runs/{made['id']}/config").json()
    assert found["values"] == {
        "job.type": "sft", "model.base": "tiny", "training.max_steps": 5, "lora.r": 4,
    }  # fmt: skip
    assert client.get(f"/api/projects/{project.id}/runs/{made['id']}").json()["origin"] == ""


def test_a_repetition_names_its_parent_and_changes_only_what_is_asked(
    client: Client, ended: Run
) -> None:
    made = post(client, f"{path_of(ended)}/repeat", {"changes": {"training.seed": 7}}).json()
    assert (made["parent_id"], made["origin"]) == (str(ended.id), "repeat")
    assert made["status"] == "pending"
    same = post(client, f"{path_of(ended)}/repeat").json()
    text = client.get(f"/api/projects/{ended.project_id}/runs/{same['id']}/config").json()["text"]
    assert text == CONFIG  # comments too, for nothing was changed
    query = f"run={made['id']}&run={ended.id}"
    compared = client.get(f"/api/runs/compare?{query}").json()
    assert compared["differences"] == [{"key": "training.seed", "values": [7, None]}]
    assert [run["id"] for run in compared["runs"]] == [made["id"], str(ended.id)]
    assert compared["curves"]["loss"][1][0] == [1, 1.0]


BAD_CHANGES = [
    ({"changes": {"training.max_steps": "many"}}, 400, "max_steps"),
    ({"changes": {"job.type": "zz"}}, 400, "job.type"),
    ({"changes": {"training..x": 1}}, 400, "training..x"),
    ({"changes": {"model.base.x": 1}}, 400, "base"),
    ({"config": "a: ["}, 400, "c.yaml"),
    ({"config": "training: {num_gpus: 1}"}, 400, "num_gpus"),
    ({"changes": [1]}, 422, "changes"),
    ({"config": 5}, 422, "config"),
    ({"priority": 9}, 422, "priority"),
]


@pytest.mark.parametrize(("body", "status", "word"), BAD_CHANGES)
def test_a_bad_change_names_itself_and_makes_no_run(
    client: Client, ended: Run, body: Any, status: int, word: str
) -> None:
    answer = post(client, f"{path_of(ended)}/repeat", body)
    assert answer.status_code == status
    assert word in json.dumps(answer.json()["detail"])
    assert list(Run.objects.all()) == [ended]
    assert [one.name for one in run_folder(ended).root.parent.iterdir()] == [str(ended.id)]


def test_an_unknown_key_is_a_warning_in_the_log(client: Client, project: Project) -> None:
    body = {"changes": {"training.learning_rat": 1}}
    made = post(client, f"/api/projects/{project.id}/runs", body).json()
    assert any("training.learning_rate" in entry["message"] for entry in made["logs"])


def test_a_resumed_run_takes_the_newest_whole_checkpoint_and_the_steps_before_it(
    client: Client, ended: Run
) -> None:
    made = post(client, f"{path_of(ended)}/resume").json()
    assert (made["parent_id"], made["resumed_from"]) == (str(ended.id), "checkpoint-6")
    run = Run.objects.select_related("parent").get(id=made["id"])
    for _ in range(2):  # a launch that is repeated changes nothing
        checkpoint_take(run)
    assert whole_checkpoints(run) == ["checkpoint-6"]
    weights = run_folder(run).output / "checkpoint-6" / "model.safetensors"
    assert weights.read_bytes() == b"weights" * 6
    assert [point["step"] for point in run_metrics(run)["points"]] == [1, 2, 3, 4, 5, 6]
    log_points(run, 7, 8)
    assert [point["step"] for point in run_metrics(run)["points"]] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_resumption_of_a_resumption_has_each_step_once(client: Client, ended: Run) -> None:
    run = ended
    chance = random.Random(3)
    for _ in range(3):
        checkpoint = chance.choice(whole_checkpoints(run))
        made = post(client, f"{path_of(run)}/resume", {"checkpoint": checkpoint}).json()
        run = Run.objects.select_related("parent").get(id=made["id"])
        checkpoint_take(run)
        first = int(checkpoint.removeprefix("checkpoint-")) + 1
        log_points(run, *range(first, first + 3))
        leave_checkpoint(run, first + 2)
        transition(run, RunStatus.STOPPED, code="stopped")
        steps = [point["step"] for point in run_metrics(run)["points"]]
        assert steps == list(range(1, first + 3))


def test_what_cannot_be_resumed_says_why(client: Client, project: Project, ended: Run) -> None:
    answer = post(client, f"{path_of(ended)}/resume", {"checkpoint": "checkpoint-7"})
    assert answer.status_code == 400
    assert "checkpoint-4, checkpoint-6" in answer.json()["detail"]
    for name in ("../../x", "checkpoint-5", ""):
        answer = post(client, f"{path_of(ended)}/resume", {"checkpoint": name})
        assert answer.status_code == (400 if name else 422)
    active = post(client, f"/api/projects/{project.id}/runs").json()
    assert post(client, f"/api/projects/{project.id}/runs/{active['id']}/resume").status_code == 409


def test_a_checkpoint_that_is_removed_meanwhile_fails_the_launch_with_the_reason(
    client: Client, ended: Run
) -> None:
    made = post(client, f"{path_of(ended)}/resume").json()
    run = Run.objects.select_related("parent").get(id=made["id"])
    (run_folder(ended).output / "checkpoint-6" / "trainer_state.json").unlink()
    with pytest.raises(ExecutorError) as caught:
        checkpoint_take(run)
    assert caught.value.code == "checkpoint_gone"


def test_a_dataset_that_is_gone_refuses_the_resumption(
    client: Client, ended: Run, training: Any
) -> None:
    (training / "datasets" / "d.jsonl").unlink()
    answer = post(client, f"{path_of(ended)}/resume")
    assert answer.status_code == 409
    assert "d.jsonl" in answer.json()["detail"]


def test_only_an_adapter_can_be_merged(client: Client, project: Project) -> None:
    run = Run.objects.get(id=post(client, f"/api/projects/{project.id}/runs").json()["id"])
    assert post(client, f"{path_of(run)}/merge").status_code == 409
    final = run_folder(run).output / "final"
    final.mkdir()
    (final / "adapter_config.json").write_text("{}")
    transition(run, RunStatus.RUNNING, code="submitted_local")
    transition(run, RunStatus.SUCCEEDED, code="succeeded")
    made = post(client, f"{path_of(run)}/merge")
    assert made.status_code == 201
    assert made.json()["start_command"] == "bash run_merge_lora.sh merge.yaml"
    values = client.get(f"/api/projects/{project.id}/runs/{made.json()['id']}/config").json()
    assert values["values"]["model.adapter"] == f"runs/{run.id}/output/final"


FIELDS = {"f:training.max_steps": "10", "f:training.learning_rate": "1e-3"}


def test_the_form_and_the_yaml_are_one(client: Client, project: Project) -> None:
    page = f"/projects/{project.id}/runs/new/"
    assert "A comment" in client.get(page).content.decode()
    sent = {"base": CONFIG, "config": CONFIG, **FIELDS}
    shown = client.post(page, {**sent, "action": "apply", "f:training.max_steps": "20"})
    assert b"max_steps: 20" in shown.content
    # The text was changed by hand, the field was not: the text counts.
    by_hand = CONFIG.replace("max_steps: 10", "max_steps: 30")
    shown = client.post(page, {**sent, "action": "check", "config": by_hand})
    assert b"max_steps: 30" in shown.content
    wrong = client.post(page, {**sent, "action": "check", "config": "training: {max_step: 1}"})
    assert "training.max_steps" in wrong.content.decode()
    assert not Run.objects.exists()


def test_the_form_starts_what_it_shows(client: Client, project: Project) -> None:
    page = f"/projects/{project.id}/runs/new/"
    windows = CONFIG.replace("\n", "\r\n")  # as browsers send text
    sent = {"base": windows, "config": windows, "priority": "0", "action": "start", **FIELDS}
    assert client.post(page, sent).status_code == 302
    assert client.post(page, {**sent, "f:training.max_steps": "20"}).status_code == 302
    changed, plain = Run.objects.all()
    assert plain.start_command.endswith(" c.yaml")
    text = (run_folder(changed).inputs / "c.yaml").read_text()
    assert "max_steps: 20" in text
    refused = client.post(page, {**sent, "f:training.max_steps": "many"})
    assert refused.status_code == 400
    assert Run.objects.count() == 2
