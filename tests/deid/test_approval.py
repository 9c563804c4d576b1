"""Operators approve versions of policies, one by one; edits of one policy never meet in one."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from core.accounts.actor import Actor
from core.accounts.models import AuditEntry
from deid import selectors, services
from deid.models import DeidPolicy, PolicyVersion
from tests.conftest import client_of

pytestmark = pytest.mark.django_db
PATH = "/api/v1/deid/policies/mine"


@pytest.fixture
def policy(alice: User, required: None) -> DeidPolicy:
    return services.policy_create(
        actor=Actor(alice, "session"), slug="mine", content={"default": "drop"}
    )


@pytest.fixture
def olgas(operator: User) -> Client:
    return client_of(operator)


def approve(client: Client, version: str, approved: bool = True) -> Any:
    path = f"{PATH}/versions/{version}/approval"
    return client.put(path, {"approved": approved}, "application/json")


def approved(client: Client) -> dict[str, bool]:
    return {one["version"]: one["approved"] for one in client.get(PATH).json()["versions"]}


def test_an_approval_is_of_one_version_and_written_down(policy: DeidPolicy, olgas: Client) -> None:
    answer = approve(olgas, "1")
    assert answer.status_code == 200 and approved(olgas) == {"1": True}
    assert answer.json()["versions"][0]["approved_by"] == "olga"
    approve(olgas, "1")
    olgas.put(PATH, {"content": {"default": "keep"}}, "application/json")
    assert approved(olgas) == {"1": True, "2": False}
    approve(olgas, "1", False)
    assert approved(olgas) == {"1": False, "2": False}
    seen = AuditEntry.objects.filter(action="policy.approve").order_by("id")
    assert [one.changes["approved"] for one in seen] == [[None, "1"], ["1", None]]


def test_who_writes_a_policy_does_not_approve_it(policy: DeidPolicy, alice: User) -> None:
    client = client_of(alice)
    assert approve(client, "1").status_code == 403
    page = client.post(f"/deid/policies/{policy.pk}/approval/", {"version": "1", "approved": "1"})
    assert page.status_code == 403
    assert not PolicyVersion.objects.get(policy=policy).is_approved
    refusal = {"refused": True, "action": "deid.approve_policy"}
    assert AuditEntry.objects.filter(**refusal).exists()
    assert "approval/" not in client.get(f"/deid/policies/{policy.pk}/").content.decode()


def test_what_is_not_there_or_built_in_is_not_approved(policy: DeidPolicy, olgas: Client) -> None:
    assert approve(olgas, "7").status_code == 400
    path = "/api/v1/deid/policies/default/versions/2025-10-01/approval"
    assert olgas.put(path, {"approved": False}, "application/json").status_code == 409
    assert PolicyVersion.objects.get(policy__slug="default").is_approved
    assert olgas.put(f"{PATH}/versions/1/approval", {}, "application/json").status_code == 422


def test_the_page_approves_and_withdraws(policy: DeidPolicy, olgas: Client) -> None:
    path = f"/deid/policies/{policy.pk}/approval/"
    for word, says in (("1", "Approved"), ("0", "Not approved")):
        page = olgas.post(path, {"version": "1", "approved": word}, follow=True).content.decode()
        assert f">{says}</span>" in page
    assert PolicyVersion.objects.get(policy=policy).approved_by is None


def test_the_admin_approves_the_newest(policy: DeidPolicy, olgas: Client) -> None:
    for action, there in (("approve_newest", True), ("withdraw_newest", False)):
        form = {"action": action, "_selected_action": [str(policy.pk)]}
        assert olgas.post("/admin/deid/deidpolicy/", form).status_code == 302
        assert PolicyVersion.objects.get(policy=policy).is_approved is there


@pytest.mark.parametrize("prefetched", [True, False])
def test_two_who_add_words_to_what_they_saw_lose_neither(
    policy: DeidPolicy, alice: User, prefetched: bool
) -> None:
    actor = Actor(alice, "session")
    seen = [
        selectors.policy_get(actor, "mine") if prefetched else DeidPolicy.objects.get(slug="mine")
        for _ in range(3)
    ]
    services.words_add(actor=actor, policy=seen[0], allow=["one"])
    services.words_add(actor=actor, policy=seen[1], deny=[{"text": "two"}])
    services.policy_edit(actor=actor, policy=seen[2], content={"default": "keep"})
    versions = PolicyVersion.objects.filter(policy=policy).order_by("number")
    assert [version.name for version in versions] == ["1", "2", "3", "4"]
    assert versions[2].content["allow"] == ["one"]
    assert versions[2].content["deny"] == [{"text": "two"}]


def test_a_refusal_is_written_down_though_nothing_is_changed(policy: DeidPolicy, bob: User) -> None:
    policy.visibility = "everyone"
    policy.save()
    client = client_of(bob)
    for method, body in (("put", {"content": {"default": "drop"}}), ("delete", {})):
        assert getattr(client, method)(PATH, body, "application/json").status_code == 403
    assert client.post(f"{PATH}/words", {"allow": ["x"]}, "application/json").status_code == 403
    refused = AuditEntry.objects.filter(refused=True, username="bob")
    assert {one.action for one in refused} == {"deid.change_deidpolicy", "deid.delete_deidpolicy"}
