"""The contract's project and run endpoints, and what they do with bad input."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.actor import command_actor
from core.execution.transitions import IllegalTransition
from projects.models import LEGAL_TRANSITIONS, Project, Run, RunStatus
from projects.runs.paths import run_folder
from projects.runs.services import run_start
from projects.runs.state import transition
from projects.services import project_create

pytestmark = pytest.mark.django_db


@pytest.fixture
def training(settings: Any) -> Path:
    root = Path(settings.HOST_TRAINING_DIR)
    for name in ("datasets", "configs", "scripts"):
        (root / name).mkdir()
    (root / "datasets" / "d.jsonl").write_text("{}\n")
    (root / "configs" / "c.yaml").write_text("job: {type: sft}\n")
    (root / "scripts" / "run_train_full_sft.sh").write_text("echo\n")
    return root


def project(client: Client, name: str = "p", **changes: Any) -> Any:
    body = {"name": name, "dataset_name": "d.jsonl", "training_yaml_name": "c.yaml", **changes}
    return client.post("/api/projects", body, "application/json")


def made_project() -> Project:
    return project_create(
        actor=command_actor(), name="p", dataset_name="d.jsonl", training_yaml_name="c.yaml"
    )


BAD_NAMES = [
    "../../etc/passwd", "/etc/passwd", "a/../../b", "..\\x", "C:\\x", "a\u0000b", "a\nb",
    "~root/x", "x" * 300, "x/" * 600, "", "  ",
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD_NAMES)
@pytest.mark.parametrize("field", ["dataset_name", "training_yaml_name"])
def test_a_name_that_is_no_relative_path_is_refused(
    client: Client, training: Path, bad: str, field: str
) -> None:
    unfit = "\0" in bad or not bad.strip()  # no text, rather than a text that breaks the rule
    assert project(client, **{field: bad}).status_code == (422 if unfit else 400)


def test_a_symbolic_link_out_of_the_directory_is_refused(
    client: Client, training: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.yaml").write_text("a: 1\n")
    (training / "configs" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    project(client, training_yaml_name="link.yaml")
    answer = client.post("/api/projects/p/runs")
    assert answer.status_code == 400
    assert Run.objects.count() == 0
    assert not (training / "runs").exists()


@pytest.mark.parametrize(
    ("config", "script"),
    [
        ("job: {type: lora}\n", "run_train_full_lora.sh"),
        ("model: {base: x}\n", "run_train_full_sft.sh"),
        *((f"job: {{type: {kind}}}\n", "run_train_full_rl.sh")
          for kind in ("rl", "ppo", "dpo", "grpo", "kto", "reward")),
    ],
)  # fmt: skip
def test_the_start_command_follows_the_type(
    client: Client, training: Path, config: str, script: str
) -> None:
    (training / "configs" / "c.yaml").write_text(config)
    project(client)
    answer = client.post("/api/projects/p/runs")
    assert answer.status_code == 201
    assert answer.json()["start_command"] == f"bash {script} c.yaml"
    assert answer.json()["logs"][0]["message"]


@pytest.mark.parametrize(
    "config", ["- a\n", "job: {type: [x]}\n", "job: x\n", "a: [", "job: {type: zz}"]
)
def test_a_configuration_that_cannot_be_run(client: Client, training: Path, config: str) -> None:
    (training / "configs" / "c.yaml").write_text(config)
    project(client)
    answer = client.post("/api/projects/p/runs")
    assert answer.status_code == 400
    assert "c.yaml" in answer.json()["detail"]
    assert Run.objects.count() == 0


def test_an_uploaded_name_is_found_and_the_log_says_which(client: Client, training: Path) -> None:
    from tests.api.test_datasets import create, put

    for _ in range(2):
        dataset = create(client, name="uploads")
        upload = put(client, f"/api/v1/datasets/{dataset}/files", "up.jsonl", b"{}\n").json()
    project(client, dataset_name="up.jsonl")
    run = client.post("/api/projects/p/runs").json()
    assert any(upload["upload_id"] in entry["message"] for entry in run["logs"])


def test_a_project_is_found_by_id_and_by_name(client: Client, training: Path) -> None:
    data = project(client, name="名 字").json()
    for reference in (data["id"], "名 字"):
        assert client.get(f"/api/projects/{reference}").json()["id"] == data["id"]
        assert client.get(f"/api/projects/{reference}/runs").json() == []
    assert client.get("/api/projects/other").status_code == 404
    assert client.get(f"/api/projects/{data['id']}/runs/nonsense").status_code == 404


def test_the_log_in_ranges(client: Client, training: Path) -> None:
    run = run_start(actor=command_actor(), project=made_project())
    run_folder(run).log.write_bytes("".join(f"第{i}行\n" for i in range(100)).encode())
    path = f"/api/projects/p/runs/{run.id}/log"
    whole = b"".join(client.get(path))
    assert whole.decode().count("\n") == 100
    part = client.get(path, headers={"range": "bytes=10-19"})
    assert (part.status_code, b"".join(part)) == (206, whole[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(whole)}"
    suffix = client.get(path, headers={"range": "bytes=-7"})
    assert b"".join(suffix) == whole[-7:]
    assert client.get(path, headers={"range": "bytes=99999-"}).status_code == 416
    tail = client.get(f"{path}?tail=3")
    assert b"".join(tail).decode() == "第97行\n第98行\n第99行\n"
    for bad in ("0", "-1", "x", "9" * 30):
        assert client.get(f"{path}?tail={bad}").status_code == 400


def test_only_legal_transitions(training: Path) -> None:
    made = made_project()
    for before in RunStatus:
        for after in RunStatus:
            run = run_start(actor=command_actor(), project=made)
            Run.objects.filter(id=run.id).update(status=before)
            run.refresh_from_db()
            if after in LEGAL_TRANSITIONS[before]:
                assert transition(run, after, code="stopped")
            else:
                with pytest.raises(IllegalTransition):
                    transition(run, after, code="stopped")
                assert Run.objects.get(id=run.id).status == before


def test_two_that_see_the_same_state_move_it_once(training: Path) -> None:
    made = made_project()
    run = run_start(actor=command_actor(), project=made)
    other = Run.objects.get(id=run.id)
    assert transition(run, RunStatus.STOPPED, code="stopped")
    assert not transition(other, RunStatus.FAILED, code="exit_code", params={"code": "1"})
    assert other.status == RunStatus.STOPPED


def test_a_run_stopped_before_anybody_took_it_never_starts(client: Client, training: Path) -> None:
    from projects.runs.lifecycle import run_launch

    project(client)
    run = client.post("/api/projects/p/runs").json()
    stopped = client.post(f"/api/projects/p/runs/{run['id']}/stop")
    assert stopped.json()["status"] == "stopped"
    run_launch(run["id"])
    assert Run.objects.get().status == RunStatus.STOPPED
    assert not (training / "runs" / run["id"] / "control" / "claim").exists()


def test_remaining_time_is_the_pace_so_far(training: Path) -> None:
    from projects.runs.selectors import eta_seconds

    run = Run(
        status=RunStatus.RUNNING, progress=0.25, started_at=timezone.now() - timedelta(seconds=30)
    )
    assert eta_seconds(run) == pytest.approx(90, abs=1)


def test_no_query_grows_with_the_number_of_runs(
    client: Client, training: Path, django_assert_num_queries: Any
) -> None:
    made = made_project()
    for _ in range(5):
        run_start(actor=command_actor(), project=made)
    client.get("/api/v1/me")  # who asks is known from now on
    with django_assert_num_queries(2):
        assert len(client.get(f"/api/projects/{made.id}").json()["runs"]) == 5
    with django_assert_num_queries(1):
        client.get("/api/projects")


def test_the_admin_cannot_type_a_state_in(admin_client: Client, training: Path) -> None:
    run = run_start(actor=command_actor(), project=made_project())
    path = f"/admin/projects/run/{run.id}/change/"
    assert admin_client.get(path).status_code == 200
    assert admin_client.post(path, {"status": "succeeded"}).status_code == 403
    assert Run.objects.get().status == RunStatus.PENDING
    assert admin_client.get("/admin/projects/run/add/").status_code == 403
    body = {"action": "stop_runs", "_selected_action": [str(run.id)]}
    admin_client.post("/admin/projects/run/", body)
    assert Run.objects.get().status == RunStatus.STOPPED


@pytest.mark.parametrize(
    "model",
    ["datasets/dataset", "datasets/datasetfile", "datasets/trainconfig", "projects/project",
     "projects/run"],
)  # fmt: skip
def test_every_admin_list_opens_and_is_not_for_strangers(
    admin_client: Client, required: None, model: str
) -> None:
    assert admin_client.get(f"/admin/{model}/").status_code == 200
    assert Client(SERVER_NAME="localhost").get(f"/admin/{model}/").status_code == 302
