"""What a run has made becomes a launch: a model by itself, an adapter on its base."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from core.accounts.actor import Actor
from deployments.choices import DeploymentStatus
from deployments.models import Deployment
from projects import services as projects_services
from projects.models import Project, Run, RunStatus
from projects.runs.paths import run_folder
from tests.conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(alice: User, required: None) -> Project:
    return projects_services.project_create(
        actor=Actor(alice, "session"),
        name="客服 demo/1",
        dataset_name="d.jsonl",
        training_yaml_name="c.yaml",
    )


def run_with(project: Project, base: str | None, *, rank: int = 8) -> Run:
    run = Run.objects.create(project=project, status=RunStatus.SUCCEEDED, start_command="x")
    final = run_folder(run).output / "final"
    final.mkdir(parents=True)
    if base is None:
        (final / "config.json").write_text("{}")
    else:
        config = {"r": rank, "base_model_name_or_path": base}
        (final / "adapter_config.json").write_text(json.dumps(config))
    return run


def path_of(run: Run) -> str:
    return f"/deployments/from-run/{run.project_id}/{run.id}/"


def test_a_model_is_launched_by_one_click(alice: User, project: Project) -> None:
    run = run_with(project, None)
    client = client_of(alice)
    assert path_of(run) in client.get(f"/projects/{project.id}/runs/{run.id}/").content.decode()
    answer = client.post(path_of(run))
    made = Deployment.objects.get()
    assert answer["Location"] == f"/deployments/{made.id}/"
    assert made.model_path == str(run_folder(run).output / "final")
    assert (made.source_run, made.owner, made.tags) == (run.id, alice, [project.name])
    assert made.served_names == [f"demo-1-{str(run.id)[:8]}"]


def test_an_adapter_is_launched_on_its_base_with_room_for_its_rank(
    alice: User, project: Project, settings: Any
) -> None:
    base = Path(settings.HOST_TRAINING_DIR) / "models" / "base"
    base.mkdir(parents=True)
    (base / "config.json").write_text("{}")
    # The training container knows the base by its own path.
    run = run_with(project, f"{settings.TRAINING_WORKDIR}/models/base", rank=48)
    assert client_of(alice).post(path_of(run)).status_code == 302
    made = Deployment.objects.get()
    adapter = made.adapters.get()
    assert made.model_path == str(base)
    assert adapter.name == f"demo-1-{str(run.id)[:8]}"
    assert made.vllm_cmd.endswith(
        f"--enable-lora --max-lora-rank 64 --lora-modules {adapter.name}={adapter.path}"
    )


def test_it_can_join_a_running_engine_of_its_base(
    alice: User, bob: User, project: Project, settings: Any
) -> None:
    base = Path(settings.HOST_TRAINING_DIR) / "models" / "base"
    base.mkdir(parents=True)
    (base / "config.json").write_text("{}")
    first, second = (run_with(project, str(base)) for _ in range(2))
    client = client_of(alice)
    client.post(path_of(first))
    engine = Deployment.objects.get()
    assert "None runs that takes adapters" in client.get(path_of(second)).content.decode()
    Deployment.objects.update(status=DeploymentStatus.RUNNING)
    assert str(engine.id) in client.get(path_of(second)).content.decode()
    answer = client.post(path_of(second), {"engine": str(engine.id)})
    assert answer["Location"] == f"/deployments/{engine.id}/"
    assert engine.adapters.count() == 2
    # The same again is told, not done twice; another's engine is not there.
    client.post(path_of(second), {"engine": str(engine.id)})
    assert engine.adapters.count() == 2
    Deployment.objects.update(owner=bob)
    assert str(engine.id) not in client.get(path_of(second)).content.decode()
    client.post(path_of(second), {"engine": str(engine.id)})
    assert engine.adapters.count() == 2


@pytest.mark.parametrize("state", ["failed", "nothing"])
def test_a_run_without_a_result_has_no_button(alice: User, project: Project, state: str) -> None:
    run = run_with(project, None)
    if state == "failed":
        Run.objects.update(status=RunStatus.FAILED)
    else:
        shutil.rmtree(run_folder(run).output / "final")
    client = client_of(alice)
    page = client.get(f"/projects/{project.id}/runs/{run.id}/").content.decode()
    assert path_of(run) not in page
    answer = client.post(path_of(run), follow=True)
    assert "The run has left no model to serve" in answer.content.decode()
    assert not Deployment.objects.exists()


def test_an_adapter_without_its_base_is_refused(alice: User, project: Project) -> None:
    run = run_with(project, "/gone/base")
    answer = client_of(alice).post(path_of(run), follow=True)
    assert "There is no model at /gone/base" in answer.content.decode()
    assert not Deployment.objects.exists()


def test_operators_stop_and_remove_in_the_admin(alice: User, operator: User) -> None:
    from deployments.services import Launch, deployment_launch

    made = deployment_launch(actor=Actor(alice, "session"), launch=Launch(model_path="a/b"))
    client = client_of(operator)
    for action, left in (("stop", 1), ("restart", 1), ("force_stop", 1), ("remove", 0)):
        answer = client.post(
            "/admin/deployments/deployment/",
            {"action": action, "_selected_action": str(made.id)},
        )
        assert answer.status_code == 302
        assert Deployment.objects.count() == left, action
