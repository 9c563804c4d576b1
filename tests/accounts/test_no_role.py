"""Somebody without a role sees no page; odd input is the caller's error."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from core.accounts.roles import Role
from tests.conftest import client_of, make_user


@pytest.fixture
def nora(db: None) -> User:
    """Has come in by single sign-on, and nobody has given her a role."""
    return make_user("nora", Role.NONE)


@pytest.mark.parametrize("path", ["/", "/datasets/", "/projects/queue/", "/deid/", "/account/"])
def test_pages_are_for_people_with_a_role(nora: User, required: None, path: str) -> None:
    assert client_of(nora).get(path).status_code == 403
    assert client_of(nora).get(path, headers={"HX-Request": "true"}).status_code == 403


def test_they_may_still_leave(nora: User, required: None) -> None:
    assert client_of(nora).post(reverse("logout")).status_code == 302


def test_json_that_is_nested_without_end_is_the_callers_error(client: Client, db: None) -> None:
    body = '{"a":' * 200_000 + "1" + "}" * 200_000
    for path in ("/api/v1/tokens", "/api/v1/datasets", "/api/projects"):
        answer = client.post(path, body, content_type="application/json")
        assert (answer.status_code, "detail" in answer.json()) == (422, True)


def test_the_ends_of_the_calendar_bound_nothing(operator: User) -> None:
    page = client_of(operator).get("/audit/", {"since": "0001-01-01", "until": "9999-12-31"})
    assert page.status_code == 200
