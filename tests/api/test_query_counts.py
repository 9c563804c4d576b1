"""What each row of the price list (benchmarks/web) may ask of the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db
JSON = "application/json"
# Who asks is known from a moment ago.
READ = {
    "/healthz": 0, "/api/projects": 1, "/api/v1/deployments": 1, "dataset": 2, "run": 2,
    "/": 4, "/datasets/": 2, "/projects/": 3, "/deployments/": 1, "/audit/": 1,
}  # fmt: skip
WRITTEN = {"dataset": 2, "upload": 11}


@pytest.fixture
def paths(client: Client, settings: Any) -> dict[str, str]:
    """Of what has no path of its own, beside some more of each kind."""
    training = Path(settings.HOST_TRAINING_DIR)
    for folder, name in (("datasets", "d.jsonl"), ("configs", "c.yaml"),
                         ("scripts", "run_train_full_sft.sh")):  # fmt: skip
        (training / folder).mkdir()
        (training / folder / name).write_text("{}\n")
    for number in range(3):
        made = client.post("/api/v1/datasets", {"name": "d"}, content_type=JSON).json()
        body = {"name": f"p{number}", "dataset_name": "d.jsonl", "training_yaml_name": "c.yaml"}
        client.post("/api/projects", body, content_type=JSON)
        run = client.post(f"/api/projects/p{number}/runs")
        assert run.status_code == 201, run.content
    return {
        "dataset": f"/api/v1/datasets/{made['id']}",
        "upload": f"/api/v1/datasets/{made['id']}/files",
        "run": f"/api/projects/{run.json()['project_id']}/runs/{run.json()['id']}",
    }


def asked(queries: CaptureQueriesContext) -> list[str]:
    """But for a transaction's beginning and end, which are savepoints here."""
    marks = ("SAVEPOINT", "RELEASE", "BEGIN")
    return [one["sql"] for one in queries.captured_queries if not one["sql"].startswith(marks)]


def test_reading_asks_no_more_than_this(client: Client, paths: dict[str, str]) -> None:
    for name, most in READ.items():
        path = paths.get(name, name)
        assert client.get(path).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        assert len(asked(queries)) <= most, (path, asked(queries))


def test_writing_asks_no_more_than_this(client: Client, paths: dict[str, str]) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.post("/api/v1/datasets", {"name": "d"}, content_type=JSON)
    assert len(asked(queries)) <= WRITTEN["dataset"], asked(queries)
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("a.jsonl", b'{"a": 1}\n' * 9999)})
    with CaptureQueriesContext(connection) as queries:
        answer = client.put(paths["upload"], body, content_type=MULTIPART_CONTENT)
    assert answer.status_code == 200
    assert len(asked(queries)) <= WRITTEN["upload"], asked(queries)
