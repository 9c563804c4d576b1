"""The gate asks of every file that a run reads, whatever names it, and confines what is named."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client

from datasets.models import DatasetFile, DataState
from projects.models import Project, Run, RunStatus
from projects.runs.input_copies import frozen_copy, named_data
from projects.runs.paths import run_folder
from tests.conftest import client_of
from tests.projects.conftest import leave_checkpoint
from tests.support.file_jobs import uploaded
from training.scripts.trainer.schema import FILE, SECTIONS

pytestmark = pytest.mark.django_db
KEYS = [key.path for keys in SECTIONS.values() for key in keys if key.kind == FILE]


@pytest.fixture
def alices(alice: User, training: Path, required: None, settings: Any) -> Client:
    settings.TRAINING_DATA_GATE = "refuse"
    client = client_of(alice)
    judged(uploaded(client, "rows.jsonl", b"{}\n"), "clean")
    body = {"name": "p", "dataset_name": "rows.jsonl", "training_yaml_name": "c.yaml"}
    assert client.post("/api/projects", body, "application/json").status_code == 201
    return client


def judged(file: DatasetFile, state: str) -> DatasetFile:
    DatasetFile.objects.filter(id=file.id).update(data_state=state)
    return file


def start(client: Client, **changes: Any) -> Any:
    return client.post("/api/projects/p/runs", {"changes": changes}, "application/json")


@pytest.mark.parametrize("key", KEYS)
def test_a_file_that_the_configuration_names_is_asked_about(
    alices: Client, training: Path, key: str
) -> None:
    (training / "datasets" / "held.jsonl").write_text("{}\n")
    refused = start(alices, **{key: "held.jsonl"})
    assert refused.status_code == 409
    assert "held.jsonl" in refused.json()["detail"] and key in refused.json()["detail"]
    missing = start(alices, **{key: "comes-later.jsonl"})
    assert missing.status_code == 409 and "comes-later.jsonl" in missing.json()["detail"]
    assert not Run.objects.exists()
    upload = uploaded(alices, "own.jsonl", b'{"held": "out"}\n')
    assert start(alices, **{key: "own.jsonl"}).status_code == 409
    judged(upload, "deidentified")
    answer = start(alices, **{key: "own.jsonl"})
    assert answer.status_code == 201 and answer.json()["data_state"] == "deidentified"
    run = Run.objects.get()
    path = named_data(run)["LLM_PLATFORM_" + key.upper().replace(".", "_")]
    assert Path(path).parent == run_folder(run).inputs
    assert Path(path).read_bytes() == b'{"held": "out"}\n'


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("gate", ["off", "warn"])
def test_an_open_gate_lets_it_pass_and_a_warning_names_it(
    alices: Client, training: Path, settings: Any, key: str, gate: str
) -> None:
    settings.TRAINING_DATA_GATE = gate
    (training / "datasets" / "held.jsonl").write_text("{}\n")
    answer = start(alices, **{key: "held.jsonl"})
    assert answer.status_code == 201 and answer.json()["data_state"] == "unscanned"
    log = run_folder(Run.objects.get()).log.read_text()
    assert ("held.jsonl" in log) == (gate == "warn")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "name", ["/etc/hosts", "../x.jsonl", "~/x", "configs/c.yaml", "runs/1/x.jsonl", "link.jsonl"]
)
def test_a_file_elsewhere_is_refused(
    alices: Client, training: Path, settings: Any, tmp_path: Path, key: str, name: str
) -> None:
    settings.TRAINING_DATA_GATE = "off"
    (tmp_path / "secret").write_text("secret")
    (training / "datasets" / "link.jsonl").symlink_to(tmp_path / "secret")
    (training / "runs" / "1").mkdir(parents=True, exist_ok=True)
    (training / "runs" / "1" / "x.jsonl").write_text("{}\n")
    answer = start(alices, **{key: name})
    assert answer.status_code == 400 and key in answer.json()["detail"]


@pytest.mark.parametrize("key", ["model.base", "registry.mine"])
def test_models_lie_where_they_may(
    alices: Client, bob: User, training: Path, settings: Any, tmp_path: Path, key: str
) -> None:
    for name in (str(tmp_path / "model"), "../model", "~/model"):
        answer = start(alices, **{key: name})
        assert answer.status_code == 400 and key in answer.json()["detail"], name
    assert start(alices, **{key: "models/qwen"}).status_code == 201
    settings.MODEL_ROOTS = [str(tmp_path)]
    assert start(alices, **{key: str(tmp_path / "model")}).status_code == 201
    run = Run.objects.latest("created_at")
    assert start(alices, **{key: f"runs/{run.id}/output/final"}).status_code == 201
    bobs = client_of(bob)
    body = {"name": "b", "dataset_name": "d.jsonl", "training_yaml_name": "c.yaml"}
    bobs.post("/api/projects", body, "application/json")
    changes = {"changes": {key: f"runs/{run.id}/output/final"}}
    answer = bobs.post("/api/projects/b/runs", changes, "application/json")
    assert answer.status_code == 400 and "runs/" in answer.json()["detail"]


def ended(run: Run) -> Run:
    """As after a training: its inputs frozen, a checkpoint and an adapter left."""
    frozen_copy(Path(run.inputs["dataset"]), run_folder(run).inputs)
    leave_checkpoint(run, 5)
    final = run_folder(run).output / "final"
    final.mkdir()
    (final / "adapter_config.json").write_text("{}")
    Run.objects.filter(id=run.id).update(status=RunStatus.SUCCEEDED)
    return run


def test_runs_made_from_a_run_are_asked_about_what_it_read_as_it_is_judged_now(
    alices: Client,
) -> None:
    start(alices)
    run = ended(Run.objects.get())
    path = f"/api/projects/p/runs/{run.id}"
    for state in (DataState.PERSONAL, DataState.UNSCANNED):
        DatasetFile.objects.update(data_state=state)
        for verb in ("repeat", "resume", "merge"):
            answer = alices.post(f"{path}/{verb}", {}, "application/json")
            assert answer.status_code == 409 and ".jsonl" in answer.json()["detail"], verb
    DatasetFile.objects.update(data_state=DataState.CLEAN)
    for verb in ("repeat", "resume", "merge"):
        answer = alices.post(f"{path}/{verb}", {}, "application/json")
        assert answer.status_code == 201 and answer.json()["data_state"] == "clean", verb


def test_runs_of_before_were_on_unscanned_data_where_no_approved_version_says_otherwise(
    alices: Client,
) -> None:
    migration = importlib.import_module("projects.migrations.0007_believe_only_approved_versions")
    start(alices)
    run = Run.objects.get()
    migration.believe_only_approved_versions(apps, None)
    run.refresh_from_db()
    assert run.data_state == "clean"
    DatasetFile.objects.update(data_state="unscanned")
    migration.believe_only_approved_versions(apps, None)
    run.refresh_from_db()
    assert run.data_state == "unscanned"


def test_only_operators_open_the_gate(alices: Client, operator: User) -> None:
    project = Project.objects.get()
    path = f"/api/projects/{project.id}/data-gate"
    assert alices.put(path, {"gate": "off"}, "application/json").status_code == 403
    assert client_of(operator).put(path, {"gate": "off"}, "application/json").status_code == 200
