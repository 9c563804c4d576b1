"""The contract's dataset endpoints, and what they do with bad input."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from datasets.models import CheckStatus, Dataset, DatasetFile
from datasets.services import file_check

pytestmark = pytest.mark.django_db


def create(client: Client, **body: Any) -> str:
    answer = client.post("/api/v1/datasets", {"name": "d", **body}, "application/json")
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def put(client: Client, path: str, name: str, content: bytes) -> Any:
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile(name, content)})
    return client.put(path, body, MULTIPART_CONTENT)


def stored(settings: Any) -> list[Path]:
    return [path for path in Path(settings.LLM_APP_STORAGE).rglob("*") if path.is_file()]


def test_unknown_metadata_is_kept_and_the_servers_keys_are_its_own(client: Client) -> None:
    given = {"note": "kept", "total_files": 99, "total_bytes": 99, "has_train_config": True}
    data = client.get(f"/api/v1/datasets/{create(client, metadata=given)}").json()
    assert data["metadata"] == {
        "description": None, "version": None, "records": None, "license": None, "tags": [],
        "note": "kept", "total_files": 0, "total_bytes": 0, "has_train_config": False,
    }  # fmt: skip
    assert data["status"] == "created"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, ["body", "name"]),
        ({"name": 5}, ["body", "name"]),
        ({"name": None}, ["body", "name"]),
        ({"name": "x" * 256}, ["body", "name"]),
        ({"name": "a\u0000b"}, ["body", "name"]),
        ({"name": "x", "metadata": []}, ["body", "metadata"]),
        ({"name": "x", "metadata": {"records": "many"}}, ["body", "metadata", "records"]),
        ({"name": "x", "metadata": {"tags": "one"}}, ["body", "metadata", "tags"]),
    ],
)
def test_a_body_that_does_not_fit_names_the_field(
    client: Client, body: Any, where: list[str]
) -> None:
    answer = client.post("/api/v1/datasets", body, "application/json")
    assert answer.status_code == 422
    entry = answer.json()["detail"][0]
    assert entry["loc"] == where
    assert set(entry) == {"type", "loc", "msg"}
    assert Dataset.objects.count() == 0


def test_errors_speak_the_callers_language(client: Client) -> None:
    path = f"/api/v1/datasets/{uuid.uuid4()}"
    chinese = client.get(path, headers={"accept-language": "zh-hans"}).json()["detail"]
    english = client.get(path, headers={"accept-language": "en"}).json()["detail"]
    assert (chinese, english) == ("没有这个数据集", "There is no such dataset")


@pytest.mark.parametrize("bad", ["nonsense", "1", "../x", "%00", "a" * 500])
def test_a_malformed_id_is_not_found(client: Client, bad: str) -> None:
    for path in (f"/api/v1/datasets/{bad}", f"/api/v1/datasets/{bad}/train-config"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "detail" in answer.json()


@pytest.mark.parametrize("name", ["数据 集.jsonl", "données.jsonl", "داده.jsonl", "a;b$(x).jsonl"])
def test_file_names_in_any_script(client: Client, settings: Any, name: str) -> None:
    dataset = create(client)
    answer = put(client, f"/api/v1/datasets/{dataset}/files", name, b"{}\n")
    assert answer.status_code == 200
    assert answer.json()["filename"] == name
    assert all(path.name.isascii() for path in stored(settings))
    page = client.get(f"/datasets/files/{answer.json()['upload_id']}/download/")
    assert b"".join(page) == b"{}\n"
    assert page["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\..\\x.jsonl"])
def test_a_file_name_is_never_a_path(client: Client, settings: Any, name: str) -> None:
    dataset = create(client)
    answer = put(client, f"/api/v1/datasets/{dataset}/files", name, b"{}\n")
    assert answer.status_code == 200
    assert "/" not in answer.json()["filename"]
    folder = Path(settings.LLM_APP_STORAGE) / "datasets"
    assert [path.parent for path in stored(settings)] == [folder]


def test_refused_uploads_leave_nothing(client: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    dataset = create(client)
    path = f"/api/v1/datasets/{dataset}/files"
    assert put(client, path, "empty.jsonl", b"").status_code == 400
    assert put(client, path, "big.jsonl", b"x" * 1001).status_code == 413
    assert client.put(path, {"no": "file"}, "application/json").status_code == 422
    assert put(client, f"/api/v1/datasets/{uuid.uuid4()}/files", "a", b"{}").status_code == 404
    assert stored(settings) == []
    assert DatasetFile.objects.count() == 0
    assert put(client, path, "exact.jsonl", b"x" * 1000).status_code == 200


def test_what_is_wrong_with_which_line(client: Client) -> None:
    content = b'{"a": 1}\n\nnot json\n[1]\n{"b": "\xff"}\n{"c": 3}\n'
    upload = put(client, f"/api/v1/datasets/{create(client)}/files", "d.jsonl", content).json()
    file_check(upload_id=upload["upload_id"])
    file = DatasetFile.objects.get()
    assert file.check_status == CheckStatus.PROBLEMS
    assert file.line_count == 6
    assert [(one["line"], one["code"]) for one in file.problems] == [
        (3, "not_json"), (4, "not_object"), (5, "not_utf8"),
    ]  # fmt: skip
    page = client.get(f"/datasets/{file.dataset_id}/", headers={"accept-language": "en"})
    assert "Line 3" in page.content.decode()


@pytest.mark.parametrize(
    "content",
    [
        b"- a\n- b\n",
        b"just text",
        b"a: !!python/object/apply:os.system ['true']\n",
        b"a: [unclosed",
        b"\xff\xfe",
        b"a: &a [x]\n" + b"\n".join(b"k%d: *a" % i for i in range(200)),
        b"x: " + b"[" * 200 + b"]" * 200,
    ],
)
def test_a_bad_configuration_is_refused(client: Client, settings: Any, content: bytes) -> None:
    dataset = create(client)
    answer = put(client, f"/api/v1/datasets/{dataset}/train-config", "c.yaml", content)
    assert answer.status_code == 400
    assert isinstance(answer.json()["detail"], str)
    assert stored(settings) == []


def test_a_yaml_bomb_is_refused_quickly(client: Client) -> None:
    lines = ['a0: &a0 ["x","x","x","x","x","x","x","x","x"]']
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    dataset = create(client)
    content = "\n".join(lines).encode()
    answer = put(client, f"/api/v1/datasets/{dataset}/train-config", "c.yaml", content)
    assert answer.status_code == 400


def test_a_new_configuration_takes_the_place_of_the_old(
    client: Client, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    dataset = create(client)
    path = f"/api/v1/datasets/{dataset}/train-config"
    with django_capture_on_commit_callbacks(execute=True):
        put(client, path, "one.yaml", b"a: 1\n")
        put(client, path, "two.yml", b"b: 22\n")
    assert client.get(path).json()["train_config"]["filename"] == "two.yml"
    assert [file.read_bytes() for file in stored(settings)] == [b"b: 22\n"]


def test_deleting_a_dataset_on_the_page_removes_its_files(
    client: Client, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    dataset = create(client)
    put(client, f"/api/v1/datasets/{dataset}/files", "a.jsonl", b"{}\n")
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/datasets/{dataset}/delete/").status_code == 302
    assert stored(settings) == []
    assert client.get(f"/api/v1/datasets/{dataset}").status_code == 404


def test_another_sites_page_cannot_write(client: Client) -> None:
    for headers in (
        {"sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ):
        answer = client.post("/api/v1/datasets", {"name": "x"}, "application/json", headers=headers)
        assert answer.status_code == 403
    assert Dataset.objects.count() == 0


def test_a_foreign_host_header_is_refused(client: Client) -> None:
    assert client.get("/api/projects", headers={"host": "evil.example"}).status_code == 400


def test_no_query_grows_with_the_number_of_files(
    client: Client, django_assert_num_queries: Any
) -> None:
    dataset = create(client)
    for index in range(5):
        put(client, f"/api/v1/datasets/{dataset}/files", f"{index}.jsonl", b"{}\n")
    with django_assert_num_queries(2):  # who asks is known
        assert len(client.get(f"/api/v1/datasets/{dataset}").json()["files"]) == 5


def test_the_schema_has_every_endpoint(client: Client) -> None:
    schema = yaml.safe_load(client.get("/api/schema").content)
    expected = {
        "/healthz", "/api/v1/deployments/_internal/health", "/api/v1/datasets",
        "/api/v1/datasets/{dataset_id}", "/api/v1/datasets/{dataset_id}/files",
        "/api/v1/datasets/uploads/{upload_id}", "/api/v1/datasets/{dataset_id}/train-config",
        "/api/projects", "/api/projects/{reference}", "/api/projects/{reference}/runs",
        "/api/projects/{reference}/runs/{run_id}", "/api/projects/{reference}/runs/{run_id}/stop",
        "/api/projects/{reference}/runs/{run_id}/log",
        "/api/projects/{reference}/runs/{run_id}/metrics",
        "/api/projects/{reference}/runs/{run_id}/events", "/api/projects/{reference}/sharing",
        "/api/v1/datasets/{dataset_id}/sharing", "/api/v1/me", "/api/v1/tokens",
        "/api/v1/tokens/{token_id}", "/api/v1/audit", "/api/v1/deployments",
        *(f"/api/v1/deployments/{{deployment_id}}{rest}" for rest in (
            "", "/stop", "/restart", "/sharing", "/adapters", "/adapters/{name}", "/log",
            "/metrics", "/events")),
        "/api/v1/deidentify:test", "/api/v1/deidentify:restore", "/api/v1/deid/policies",
        *(f"/api/v1/deid/policies/{{slug}}{rest}" for rest in (
            "", "/words", "/sharing", "/versions/{name}/approval")),
        *(f"/api/v1/datasets/uploads/{{upload_id}}/{rest}" for rest in ("scan", "deidentify")),
        *(f"/api/v1/datasets/jobs/{{job_id}}{rest}" for rest in ("", "/stop", "/resume")),
        "/api/v1/datasets/{dataset_id}/jobs", "/api/projects/{reference}/data-gate",
        *(f"/api/projects/{{reference}}/runs/{{run_id}}/{rest}" for rest in (
            "repeat", "resume", "merge", "priority", "config", "evaluation", "artifacts",
            "artifacts/{name}")),
        "/api/runs/queue", "/api/runs/compare", "/api/training/schema", "/api/training/check",
    }  # fmt: skip
    assert set(schema["paths"]) == expected


def test_uploads_in_the_admin_follow_the_same_rules(admin_client: Client, settings: Any) -> None:
    dataset = create(admin_client)
    path = "/admin/datasets/datasetfile/add/"
    empty = {"dataset": dataset, "file": SimpleUploadedFile("e.jsonl", b"")}
    assert b"errorlist" in admin_client.post(path, empty).content
    assert stored(settings) == []
    good = {"dataset": dataset, "file": SimpleUploadedFile("g.jsonl", b"{}\n")}
    assert admin_client.post(path, good).status_code == 302
    assert DatasetFile.objects.get().name == "g.jsonl"
    path = "/admin/datasets/trainconfig/add/"
    for name in ("one.yaml", "two.yaml"):
        config = {"dataset": dataset, "file": SimpleUploadedFile(name, b"a: 1\n")}
        assert admin_client.post(path, config).status_code == 302
    data = admin_client.get(f"/api/v1/datasets/{dataset}").json()
    assert data["train_config"]["filename"] == "two.yaml"
    assert len(data["files"]) == 1
