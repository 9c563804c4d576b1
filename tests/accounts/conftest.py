"""A small world: alice's dataset, project and run, and people who stand differently to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from core.accounts.actor import Actor
from core.accounts.models import ApiToken
from core.accounts.tokens import token_create
from datasets.models import Dataset, DatasetFile, FileJob, JobKind, Review
from deid import services as deid_services
from deid.models import DeidPolicy, PolicyVersion
from deployments import services as deployments_services
from deployments.models import Deployment
from projects import services as projects_services
from projects.models import Project, Run
from projects.runs import services as run_services
from tests.conftest import client_of


@dataclass
class World:
    dataset: Dataset
    file: DatasetFile
    project: Project
    run: Run
    token: ApiToken
    deployment: Deployment
    policy: DeidPolicy
    job: FileJob
    review: Review

    def ids(self) -> dict[str, Any]:
        return {
            "dataset": self.dataset.id,
            "file": self.file.id,
            "project": self.project.id,
            "run": self.run.id,
            "token": self.token.id,
            "deployment": self.deployment.id,
            "policy": self.policy.id,
            "job": self.job.id,
            "review": self.review.id,
        }

    def show_to(self, visibility: str, team: Any = None) -> None:
        for obj in (self.dataset, self.project, self.deployment, self.policy, self.job.dataset):
            obj.visibility, obj.team = visibility, team
            obj.save()


@pytest.fixture
def world(alice: User, required: None, settings: Any) -> World:
    """All of it alice's and private."""
    actor = Actor(alice, "session")
    folder = Path(settings.HOST_TRAINING_DIR)
    for name in ("datasets", "configs", "scripts"):
        (folder / name).mkdir()
    (folder / "datasets" / "d.jsonl").write_text("{}\n")
    (folder / "configs" / "c.yaml").write_text("job: {type: sft}\n")
    client = client_of(alice)
    made = client.post("/api/v1/datasets", {"name": "alices"}, "application/json").json()
    dataset = Dataset.objects.get(id=made["id"])
    put_file(client, f"/api/v1/datasets/{dataset.id}/files", "rows.jsonl", b"{}\n")
    put_file(client, f"/api/v1/datasets/{dataset.id}/train-config", "c.yaml", b"a: 1\n")
    project = projects_services.project_create(
        actor=actor, name="alices-project", dataset_name="d.jsonl", training_yaml_name="c.yaml"
    )
    run = run_services.run_start(actor=actor, project=project)
    token, _text = token_create(actor=actor, name="t", scopes=["read"], days=1)
    deployment = deployments_services.deployment_launch(
        actor=actor, launch=deployments_services.Launch(model_path="owner/model")
    )
    deployment.adapters.create(name="one", path="/adapters/one")
    file = DatasetFile.objects.get(dataset=dataset)
    policy = deid_services.policy_create(
        actor=actor, slug="alices-policy", content={"default": "encrypt", "key": "alices"}
    )
    job = job_of(alice)
    review = Review.objects.create(file=file, seed=1, wanted=1, status="open")
    return World(dataset, file, project, run, token, deployment, policy, job, review)


def job_of(owner: User) -> FileJob:
    """On a dataset of its own: a job at work keeps its dataset from being deleted."""
    dataset = Dataset.objects.create(owner=owner, name="scanned")
    file = DatasetFile.objects.create(
        dataset=dataset, name="s.jsonl", stored_name="s.jsonl", size=3, sha256="0" * 64
    )
    version = PolicyVersion.objects.get(policy__slug="default")
    return FileJob.objects.create(
        kind=JobKind.SCAN, dataset=dataset, source=file, policy_version=version, host="elsewhere"
    )


def put_file(client: Client, path: str, name: str, content: bytes, **headers: str) -> Any:
    body = (
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\nContent-Type: application/octet-stream\r\n\r\n'
        + content
        + b"\r\n--B--\r\n"
    )
    return client.put(path, body, "multipart/form-data; boundary=B", headers=headers)
