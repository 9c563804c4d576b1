"""Whose upload a name means: a project trains on what was meant, whatever others share later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from core.accounts.roles import Role
from datasets.models import DatasetFile
from projects.models import Project, Run
from tests.accounts.conftest import put_file
from tests.conftest import client_of, make_user
from tests.support.file_jobs import uploaded

pytestmark = pytest.mark.django_db
NAME = "train.jsonl"
CONFIG = b"job: {type: sft}\n"


@pytest.fixture
def training(settings: Any, required: None) -> Path:
    root = Path(settings.HOST_TRAINING_DIR)
    for name in ("datasets", "configs", "scripts"):
        (root / name).mkdir()
    (root / "configs" / "c.yaml").write_bytes(CONFIG)
    return root


@pytest.fixture
def alices(alice: User, training: Path) -> Client:
    return client_of(alice)


@pytest.fixture
def bobs(bob: User, training: Path) -> Client:
    return client_of(bob)


def project(client: Client, config: str = "c.yaml", name: str = "p") -> Any:
    body = {"name": name, "dataset_name": NAME, "training_yaml_name": config}
    return client.post("/api/projects", body, "application/json").json()


def taken(client: Client, name: str = "p") -> str:
    """The id under which the file lies that a run takes."""
    answer = client.post(f"/api/projects/{name}/runs")
    assert answer.status_code == 201, answer.content
    return Path(Run.objects.latest("created_at").inputs["dataset"]).stem


def upload(client: Client, visibility: str = "everyone", dataset: str = "") -> DatasetFile:
    return uploaded(client, NAME, b"{}\n", visibility=visibility, dataset=dataset)


def test_anothers_later_upload_is_not_taken_for_ones_own(alices: Client, bobs: Client) -> None:
    hers = upload(alices, "private")
    made = project(alices)
    assert made["file_dataset_id"] == str(hers.dataset_id)
    upload(bobs)
    assert taken(alices) == str(hers.id)
    Project.objects.update(file_dataset_id=None)  # one of older days holds nothing
    assert taken(alices) == str(hers.id)
    assert f"alice: {NAME}" in b"".join(alices.get(
        f"/api/projects/p/runs/{Run.objects.latest('created_at').id}/log")).decode()  # fmt: skip


def test_ones_own_goes_before_ones_teams_and_that_before_others(
    alices: Client, bobs: Client, alice: User, bob: User
) -> None:
    team = Group.objects.create(name="nlp")
    alice.groups.add(team)
    bob.groups.add(team)
    project(alices)
    carols = client_of(make_user("carol", Role.DATA_SCIENTIST))
    first = upload(carols)
    assert taken(alices) == str(first.id)
    Project.objects.update(file_dataset_id=None)
    teams = upload(bobs, "team")
    teams.dataset.team = team
    teams.dataset.save()
    upload(carols)
    assert taken(alices) == str(teams.id)
    Project.objects.update(file_dataset_id=None)
    own = upload(alices, "private")
    upload(bobs)
    assert taken(alices) == str(own.id)


def test_what_was_once_taken_of_others_stays_what_is_meant(alices: Client, bobs: Client) -> None:
    project(alices)
    first = upload(bobs)
    assert taken(alices) == str(first.id)
    upload(client_of(make_user("mallory", Role.DATA_SCIENTIST)))
    assert taken(alices) == str(first.id)


def test_an_upload_again_of_the_same_name_is_taken(alices: Client) -> None:
    first = upload(alices)
    project(alices)
    second = upload(alices, dataset=str(first.dataset_id))
    assert taken(alices) == str(second.id)
    alices.delete(f"/api/v1/datasets/uploads/{second.id}")
    assert taken(alices) == str(first.id)


def test_one_that_is_deleted_is_said_to_be_and_nobody_elses_is_taken(
    alices: Client, bobs: Client
) -> None:
    hers = upload(alices)
    project(alices)
    upload(bobs)
    alices.delete(f"/api/v1/datasets/uploads/{hers.id}")
    answer = alices.post("/api/projects/p/runs")
    assert answer.status_code == 400 and "deleted" in answer.json()["detail"]
    again = upload(alices, dataset=str(hers.dataset_id))
    assert taken(alices) == str(again.id)


def test_a_team_mate_or_operator_trains_on_the_owners_file_or_not_at_all(
    alices: Client, bobs: Client, operator: User
) -> None:
    hers = upload(alices, "private")
    project(alices)
    Project.objects.update(visibility="everyone", file_dataset_id=None)
    upload(bobs, "private")
    assert taken(client_of(operator)) == str(hers.id)
    team = Group.objects.create(name="nlp")
    User.objects.get(username="bob").groups.add(team)
    Project.objects.update(visibility="team", team=team, file_dataset_id=None)
    answer = bobs.post("/api/projects/p/runs")
    assert answer.status_code == 400 and "alice" in answer.json()["detail"]


def test_configurations_are_held_likewise(alices: Client, bobs: Client) -> None:
    upload(alices)
    dataset = str(DatasetFile.objects.get().dataset_id)
    put_file(alices, f"/api/v1/datasets/{dataset}/train-config", "mine.yaml", b"#1\n" + CONFIG)
    assert project(alices, "mine.yaml")["config_dataset_id"] == dataset
    theirs = str(upload(bobs).dataset_id)
    put_file(bobs, f"/api/v1/datasets/{theirs}/train-config", "mine.yaml", b"#evil\n" + CONFIG)
    put_file(alices, f"/api/v1/datasets/{dataset}/train-config", "mine.yaml", b"#2\n" + CONFIG)
    taken(alices)
    assert Path(Run.objects.latest("created_at").inputs["config"]).read_bytes()[:2] == b"#2"


def test_a_name_that_is_changed_means_another_upload(
    alices: Client, alice: User, operator: User
) -> None:
    other = uploaded(alices, "other.jsonl", b"{}\n")
    upload(alices)
    made = project(alices)
    form = {
        "owner": alice.pk, "visibility": "private", "name": "p", "dataset_name": "other.jsonl",
        "training_yaml_name": "c.yaml",
    }  # fmt: skip
    answer = client_of(operator).post(f"/admin/projects/project/{made['id']}/change/", form)
    assert answer.status_code == 302
    assert Project.objects.get().file_dataset_id == other.dataset_id
    assert taken(alices) == str(other.id)


@pytest.mark.parametrize("field", ["dataset_name", "training_yaml_name"])
def test_files_of_runs_are_not_taken_by_their_path(
    alices: Client, bobs: Client, training: Path, field: str
) -> None:
    upload(alices)
    project(alices)
    taken(alices)
    run = Run.objects.get()
    (training / "runs" / str(run.id) / "inputs" / "x.yaml").write_bytes(CONFIG)
    body = {"name": "b", "dataset_name": NAME, "training_yaml_name": "c.yaml"}
    body[field] = f"runs/{run.id}/inputs/x.yaml"
    assert bobs.post("/api/projects", body, "application/json").status_code == 201
    answer = bobs.post("/api/projects/b/runs")
    assert answer.status_code == 400 and "runs/" in answer.json()["detail"]


def test_the_projects_page_says_whose_upload_is_meant(alices: Client, bobs: Client) -> None:
    upload(bobs, "everyone")
    made = project(alices)
    page = alices.get(f"/projects/{made['id']}/").content.decode()
    assert f"of {NAME}" in page and "bob" in page
