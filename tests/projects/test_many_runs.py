"""A project of many runs: what is asked about one of them costs what one costs."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.renderers import JSONRenderer

from core.accounts.actor import Actor
from core.accounts.ownership import sharing_set
from projects import selectors
from projects.api.serializers import RunSummarySerializer
from projects.models import Project, Run, RunStatus
from projects.runs.paths import run_folder
from projects.runs.services import run_start
from tests.conftest import client_of

MANY = 300
ONE = re.compile(r'"projects_run"\."(id|parent_id)" (=|IN)|LIMIT 1\b|^SELECT 1 |^SELECT COUNT')


@pytest.fixture
def run(alice: User, project: Project) -> Run:
    """The newest of many."""
    Run.objects.bulk_create(
        Run(
            project=project, status=RunStatus.SUCCEEDED, command=["x"] * 20,
            inputs={"dataset": "d" * 500}, digests={"dataset": "a" * 64},
        )
        for _ in range(MANY)
    )  # fmt: skip
    return run_start(actor=Actor(alice, "session"), project=project)


@pytest.fixture
def client(alice: User) -> Client:
    return client_of(alice)


def asked_of_runs(queries: CaptureQueriesContext) -> list[str]:
    return [one["sql"] for one in queries.captured_queries if 'FROM "projects_run"' in one["sql"]]


ABOUT_ONE = ("", "/metrics", "/config", "/log", "/artifacts", "/evaluation")


@pytest.mark.parametrize("what", ABOUT_ONE)
def test_a_call_about_one_run_reads_one_run(client: Client, run: Run, what: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/api/projects/{run.project_id}/runs/{run.id}{what}")
    assert answer.status_code == (404 if what == "/evaluation" else 200)
    asked = asked_of_runs(queries)
    assert asked
    assert [sql for sql in asked if not ONE.search(sql)] == []
    assert len(queries) <= 9, [one["sql"] for one in queries.captured_queries]


def test_the_page_of_a_run_and_its_stop_read_no_other(client: Client, run: Run) -> None:
    page = f"/projects/{run.project_id}/runs/{run.id}/"
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
        assert client.post(f"{page}stop/").status_code == 302
    assert [sql for sql in asked_of_runs(queries) if not ONE.search(sql)] == []


def test_lists_leave_out_what_only_a_launch_reads(client: Client, run: Run) -> None:
    api, page = f"/api/projects/{run.project_id}", f"/projects/{run.project_id}/"
    for path, rows in ((api, MANY + 1), (f"{api}/runs", MANY + 1), (page, 50)):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        content = answer.content.decode()
        assert content.count(f"/runs/{run.id}/" if path == page else str(run.id)) >= 1
        if path == page:
            assert content.count('name="run"') == rows
        else:
            found = answer.json()
            assert len(found["runs"] if isinstance(found, dict) else found) == rows
        (asked,) = [sql for sql in asked_of_runs(queries) if "COUNT" not in sql]
        assert '"inputs"' not in asked
        assert ('"digests"' in asked) is (path != page)
        assert len(queries) <= 9


def test_a_page_far_back_asks_no_more_than_the_first(client: Client, run: Run) -> None:
    path, seen, asked = f"/projects/{run.project_id}/", set[str](), set[int]()
    query = ""
    for _ in range(7):
        with CaptureQueriesContext(connection) as queries:
            text = client.get(path + query).content.decode()
        asked.add(len(queries))
        seen |= set(re.findall(r'name="run" value="([0-9a-f-]+)"', text))
        older = re.search(r'rel="next" href="(\?[^"]+)"', text)
        query = unescape(older[1]) if older else ""
    assert len(seen) == MANY + 1
    assert query == ""
    assert max(asked) <= 9


def test_a_viewer_of_the_log_is_asked_for_by_one_query(
    alice: User, bob: User, run: Run, django_assert_num_queries: Any
) -> None:
    viewer = Actor(bob, "session")
    project = run.project
    sharing_set(actor=Actor(alice, "session"), obj=project, visibility="everyone")
    assert selectors.project_seen(viewer, project.id)  # its role is read now
    with django_assert_num_queries(1):
        assert selectors.project_seen(viewer, project.id)
    sharing_set(actor=Actor(alice, "session"), obj=project, visibility="private")
    with django_assert_num_queries(1):
        assert not selectors.project_seen(viewer, project.id)


def test_a_project_of_many_runs_is_deleted_with_its_folders(client: Client, run: Run) -> None:
    Run.objects.filter(id=run.id).update(status=RunStatus.STOPPED)
    assert client.post(f"/projects/{run.project_id}/delete/").status_code == 302
    assert not run_folder(run).exists()
    assert not Run.objects.exists()


def test_a_list_says_of_each_run_what_its_serializer_says(client: Client, run: Run) -> None:
    Run.objects.filter(id=run.id).update(
        reason_code="exit_code", reason_params={"code": "3"}, finished_at=run.created_at
    )
    path = f"/api/projects/{run.project_id}"
    listed = client.get(f"{path}/runs").json()
    rows = RunSummarySerializer(Run.objects.filter(project=run.project_id), many=True).data
    assert listed == json.loads(JSONRenderer().render(rows))
    assert client.get(path).json()["runs"] == listed
    assert listed[0]["reason"]


def test_a_list_with_a_limit_goes_on_where_its_link_says(client: Client, run: Run) -> None:
    path = f"/api/projects/{run.project_id}/runs"
    seen, here = [], f"{path}?limit=120"
    while here:
        answer = client.get(here)
        seen.append([one["id"] for one in answer.json()])
        link = re.fullmatch(r'<([^>]+)>; rel="next"', answer.get("Link", ""))
        here = link[1] if link else ""
    assert [len(ids) for ids in seen] == [120, 120, 61]
    assert [one for ids in seen for one in ids] == [one["id"] for one in client.get(path).json()]
    for wrong in ("limit=0", "limit=x", "limit=1001", "limit=5&after=x"):
        assert client.get(f"{path}?{wrong}").status_code == 400
