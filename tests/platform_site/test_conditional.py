"""What is asked for again and again is sent again only when it has changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver

from core.accounts.actor import Actor
from core.accounts.tokens import token_create
from platform_site.conditional import API, FRAGMENTS
from projects.models import Project, Run
from tests.conftest import client_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
JSON = "application/json"
POLLED = [
    ("/api/projects", {}), ("/api/projects/{project}", {}), ("/api/projects/{project}/runs", {}),
    ("/api/runs/queue", {}), ("/api/v1/deployments", {}),
    ("/projects/{project}/", HTMX), ("/projects/queue/", HTMX), ("/deployments/", HTMX),
    ("/deployments/gpus/", HTMX),
]  # fmt: skip


@pytest.fixture
def project(alice: User) -> Project:
    return Project.objects.create(owner=alice, name="p", dataset_name="d", training_yaml_name="c")


def again(browser: Client, path: str, etag: str, headers: dict[str, str]) -> Any:
    return browser.get(path, headers={**headers, "If-None-Match": etag})


@pytest.mark.parametrize(("path", "headers"), POLLED)
def test_the_same_answer_is_sent_once(
    required: None, alice: User, project: Project, path: str, headers: dict[str, str]
) -> None:
    browser, path = client_of(alice), path.format(project=project.id)
    first = browser.get(path, headers=headers)
    assert (first.status_code, first["Cache-Control"]) == (200, "private, no-cache")
    assert {"Cookie", "Authorization", "HX-Request"} <= set(first["Vary"].split(", "))
    second = again(browser, path, first["ETag"], headers)
    assert (second.status_code, second.content) == (304, b"")
    assert [second[name] for name in ("ETag", "Cache-Control", "Vary")] == [
        first[name] for name in ("ETag", "Cache-Control", "Vary")
    ]
    assert again(browser, path, '"another"', headers).content == first.content
    assert browser.head(path, headers=headers)["ETag"] == first["ETag"]


def test_what_has_changed_is_sent(required: None, alice: User, project: Project) -> None:
    browser = client_of(alice)
    for path, headers in (("/api/projects", {}), (f"/projects/{project.id}/", HTMX)):
        before = browser.get(path, headers=headers)
        Run.objects.create(project=project, start_command="x")
        Project.objects.create(owner=alice, name=path, dataset_name="d", training_yaml_name="c")
        after = again(browser, path, before["ETag"], headers)
        assert (after.status_code, after["ETag"] == before["ETag"]) == (200, False), path


def test_another_gets_their_own(required: None, alice: User, bob: User, project: Project) -> None:
    tag = client_of(alice).get("/api/projects")["ETag"]
    theirs = again(client_of(bob), "/api/projects", tag, {})
    assert (theirs.status_code, theirs.json()) == (200, [])
    path = f"/api/projects/{project.id}"
    tag = client_of(alice).get(path)["ETag"]
    assert again(client_of(bob), path, tag, {}).status_code == 404
    assert again(Client(), path, tag, {}).status_code == 401
    key = token_create(actor=Actor(alice, "session"), name="t", scopes=["read"], days=None)[1]
    assert again(Client(), path, tag, {"Authorization": f"Bearer {key}"}).status_code == 304


def test_nothing_else_may_be_kept(required: None, alice: User, project: Project) -> None:
    browser = client_of(alice)
    body = {"name": "two"}
    answers = [
        browser.post("/api/projects", body, content_type=JSON),
        browser.get(f"/projects/{project.id}/"),
        browser.get("/account/"),
        browser.get("/api/v1/tokens"),
        browser.get("/api/projects/none"),
        browser.get("/projects/", headers=HTMX),
    ]
    for answer in answers:
        assert "ETag" not in answer, answer.request["PATH_INFO"]
        assert "no-store" in answer["Cache-Control"], answer.request["PATH_INFO"]


def test_the_routes_are_known() -> None:
    resolver = get_resolver()
    for name in API | FRAGMENTS:
        space, _, own = name.rpartition(":")
        routes = resolver.namespace_dict[space][1] if space else resolver
        assert routes.reverse_dict.getlist(own), name
