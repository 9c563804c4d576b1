"""What is asked for: each hot route and page, with the rows in the database that it needs."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx

from benchmarks.web.servers import Server

PROJECTS, UPLOAD = 200, 2**20
PAGES = ("/", "/datasets/", "/projects/", "/deployments/", "/audit/")
API = {
    "GET /healthz": "/healthz",
    "GET projects, 200 rows": "/api/projects",
    "GET deployments": "/api/v1/deployments",
    "GET /v1/models": "/v1/models",
}


@dataclass(frozen=True)
class Row:
    """A request that is sent again and again; at most so long where it fills the disk."""

    name: str
    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: int = 60

    def told(self) -> dict[str, Any]:
        return asdict(self)


def rows_of(server: Server, *, pages: bool = True) -> list[Row]:
    """Fills the server with what the rows need; those that it answers."""
    with server.client() as http:
        wanted = [Row(name, path) for name, path in API.items()]
        wanted += [*_of_datasets(http), *_of_a_run(http)]
        wanted += [Row(f"page {page}", page) for page in PAGES] if pages else []
        wanted += _static(http) if pages else []
        return [row for row in wanted if _is_answered(http, row)]


def _of_datasets(http: httpx.Client) -> list[Row]:
    made = [http.post("/api/v1/datasets", json={"name": "d"}).json()["id"] for _ in range(2)]
    for number in range(2):
        file = {"file": (f"{number}.jsonl", b'{"a": 1}\n')}
        http.put(f"/api/v1/datasets/{made[0]}/files", files=file).raise_for_status()
    as_json = {"Content-Type": "application/json"}
    return [
        Row("GET dataset", f"/api/v1/datasets/{made[0]}"),
        Row("POST dataset", "/api/v1/datasets", "POST", as_json, '{"name": "d"}'),
        _upload(f"/api/v1/datasets/{made[1]}/files"),
    ]


def _upload(path: str) -> Row:
    content = ('{"text": "' + "x" * 88 + '"}\n') * (UPLOAD // 101)
    body = (
        '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n{content}\r\n--edge--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    return Row("PUT file of 1 MiB", path, "PUT", headers, body, seconds=2)


def _of_a_run(http: httpx.Client) -> list[Row]:
    """Of a run that nobody works on; none where no run can be made."""
    for number in range(len(http.get("/api/projects").json()), PROJECTS):
        body = {"name": f"p{number}", "dataset_name": "d.jsonl", "training_yaml_name": "c.yaml"}
        http.post("/api/projects", json=body).raise_for_status()
    project = http.get("/api/projects").json()[0]["id"]
    made = http.post(f"/api/projects/{project}/runs")
    if made.is_error:
        return []
    return [Row("GET run's status", f"/api/projects/{project}/runs/{made.json()['id']}")]


def _static(http: httpx.Client) -> list[Row]:
    """The page's own style sheet, as a browser asks for it."""
    found = re.search(r'href="(/static/css/app[^"]*)"', http.get("/").text)
    return [Row("static file", found[1], headers={"Accept-Encoding": "gzip"})] if found else []


def _is_answered(http: httpx.Client, row: Row) -> bool:
    body = row.body.encode()
    answer = http.request(row.method, row.path, headers=row.headers, content=body)
    return answer.is_success
