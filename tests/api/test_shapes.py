"""What is shown by kept getters and prepared queries is what DRF and the ORM would show."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ListSerializer, Serializer

from core.accounts.actor import Actor
from core.accounts.ownership import visible
from core.accounts.roles import Role, team_ids
from core.api.rendering import FastJSONRenderer
from core.api.shapes import Shown, utc
from core.prepared import Prepared
from datasets.api.serializers import DatasetCreatedSerializer, DatasetSerializer, UploadSerializer
from datasets.models import Dataset, DatasetFile, TrainConfig
from datasets.selectors import dataset_get
from deployments.api.serializers import DeploymentSerializer
from deployments.models import Adapter, Deployment
from deployments.selectors import deployment_list, deployment_list_fresh
from projects.api.serializers import ProjectSerializer, RunSummarySerializer
from projects.models import Project, Run
from projects.selectors import project_documents
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


def rendered(value: Any) -> Any:
    return json.loads(JSONRenderer().render(value))


def by_drf(serializer: type[Any], obj: Any) -> Any:
    """As if there were no kept getters, inside either."""
    plain = type("Plain", (serializer,), {"to_representation": Serializer.to_representation})
    made = plain(obj)
    for field in made.fields.values():
        inner = field.child if isinstance(field, ListSerializer) else field
        if isinstance(inner, Shown):
            inner.to_representation = Serializer.to_representation.__get__(inner)
    return rendered(made.data)


@pytest.fixture
def people() -> dict[str, Actor]:
    team = Group.objects.create(name="nlp")
    made = {role.name: make_user(role.name.lower(), role) for role in Role if role is not Role.NONE}
    made["NONE"] = User.objects.create_user("nobody")
    made["mate"] = make_user("mate", Role.VIEWER)
    made["mate"].groups.add(team, Group.objects.create(name="cv"))
    return {name: Actor(user, "session") for name, user in made.items()}


@pytest.fixture
def rows(people: dict[str, Actor]) -> None:
    """Objects of each kind of visibility, with everything that may be missing there and not."""
    owner, team = people["DATA_SCIENTIST"].user, Group.objects.get(name="nlp")
    for number, visibility in enumerate(("private", "team", "everyone")):
        shared = {"owner": owner if number else None, "visibility": visibility,
                  "team": team if visibility == "team" else None}  # fmt: skip
        dataset = Dataset.objects.create(name=f"数据{number}", metadata={"n": number}, **shared)
        for index in range(number):
            DatasetFile.objects.create(
                dataset=dataset, name=f"{index}.jsonl", stored_name=f"{dataset.id}{index}",
                size=index, sha256="0" * 64, problems=[{"line": 1, "code": "x", "detail": "y"}],
            )  # fmt: skip
        if number == 1:
            TrainConfig.objects.create(
                dataset=dataset, filename="c.yaml", size=1, sha256="1" * 64,
                uploaded_at=datetime.now(UTC),
            )  # fmt: skip
        project = Project.objects.create(name=f"p{number}", file_dataset_id=uuid4(), **shared)
        Run.objects.create(project=project, digests={"a": "b"}, gpu_ids=[number], exit_code=number)
        deployment = Deployment.objects.create(
            model_path="/m", host="h", tags=["a"], served_names=["m"], gpu_ids=[number],
            status="stopped", stopped_at=datetime.now(UTC) if number else None, **shared
        )  # fmt: skip
        for name in ("b", "a")[:number]:
            Adapter.objects.create(deployment=deployment, name=name, path="/a")


def test_kept_getters_show_what_drf_shows(rows: None, people: dict[str, Actor]) -> None:
    shown = [
        (
            DatasetSerializer,
            [dataset_get(people["ADMIN"], one.id) for one in Dataset.objects.all()],
        ),
        (DatasetCreatedSerializer, Dataset.objects.all()),
        (UploadSerializer, DatasetFile.objects.all()),
        (ProjectSerializer, Project.objects.all()),
        (RunSummarySerializer, Run.objects.all()),
        (DeploymentSerializer, Deployment.objects.all()),
    ]
    for serializer, objects in shown:
        assert len(objects) == 3
        for one in objects:
            told = f"{serializer.__name__} {one}"
            assert rendered(serializer(one).data) == by_drf(serializer, one), told
            plain = type(one)._default_manager.get(pk=one.pk)
            assert rendered(serializer(plain).data) == rendered(serializer(one).data), told


def test_prepared_lists_show_each_what_they_may_see(
    rows: None, people: dict[str, Actor], django_assert_num_queries: Any
) -> None:
    for name, actor in people.items():
        expected = visible(Project.objects.order_by("-created_at", "-id"), actor.user)
        documents = rendered(project_documents(actor))
        assert documents == [by_drf(ProjectSerializer, one) for one in expected], name
        assert deployment_list_fresh(actor) == list(deployment_list(actor)), name
        team_ids(actor.user)
        with django_assert_num_queries(0 if name == "NONE" else 1):
            project_documents(actor)
    assert {name: len(project_documents(actor)) for name, actor in people.items()} == {
        "NONE": 0, "VIEWER": 1, "mate": 2, "DATA_SCIENTIST": 2, "OPERATOR": 3, "ADMIN": 3,
    }  # fmt: skip


def test_what_is_fetched_beside_a_row_knows_it(
    rows: None, people: dict[str, Actor], django_assert_num_queries: Any
) -> None:
    key = DatasetFile.objects.values_list("dataset_id", flat=True)[0]
    people["ADMIN"].role  # noqa: B018 - looked up
    with django_assert_num_queries(2):
        dataset = dataset_get(people["ADMIN"], key)
        assert {file.dataset for file in dataset.files.all()} == {dataset}
        assert [file.state_version for file in dataset.files.all()]
    with django_assert_num_queries(2):
        for deployment in deployment_list_fresh(people["ADMIN"]):
            assert {one.deployment for one in deployment.adapters.all()} <= {deployment}


def test_a_prepared_query_says_what_it_cannot_bind() -> None:
    names: Prepared[Dataset] = Prepared(lambda name: Dataset.objects.filter(name__icontains=name))
    with pytest.raises(TypeError):
        names.objects("x")
    ids: Prepared[Dataset] = Prepared(lambda *ids: Dataset.objects.filter(id__in=ids))
    made = [Dataset.objects.create(name=str(number)) for number in range(3)]
    assert {one.id for one in ids.objects(made[2].id, made[0].id)} == {made[0].id, made[2].id}
    assert ids.objects(made[1].id) == [made[1]]
    assert ids.first(uuid4()) is None


@pytest.mark.parametrize(
    "value",
    [{"a": 2**80}, {"a": [1.5, None, True]}, {1: "x"}, {"x": datetime(2026, 1, 1, tzinfo=UTC)},
     {"数": "据"}, {"x": uuid4()}, {"x": timedelta(seconds=1)}, None],
)  # fmt: skip
def test_the_renderer_writes_what_drf_writes(value: Any) -> None:
    assert FastJSONRenderer().render(value) == JSONRenderer().render(value)


def test_whole_numbers_without_end_are_kept(client: Client, tmp_path: Path) -> None:
    body = {"name": "large", "metadata": {"n": 2**80, "deep": [1e300]}}
    made = client.post("/api/v1/datasets", body, "application/json").json()["id"]
    assert client.get(f"/api/v1/datasets/{made}").json()["metadata"]["n"] == 2**80
    with pytest.raises(TypeError):
        orjson.dumps(2**80)


def test_times_are_told_in_utc() -> None:
    there = timezone(timedelta(hours=8))
    assert utc(datetime(2026, 1, 1, 8, tzinfo=there)) == "2026-01-01T00:00:00Z"
    assert utc(datetime(2026, 1, 1, 0, 0, 0, 5, tzinfo=UTC)) == "2026-01-01T00:00:00.000005Z"
