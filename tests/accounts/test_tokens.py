"""API tokens: shown once, stored hashed, scoped, expiring, revocable."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from core.accounts.actor import Actor
from core.accounts.models import ApiToken, AuditEntry, Scope
from core.accounts.tokens import MAX_TOKENS, digest_of, token_create
from core.errors import Forbidden
from tests.accounts.conftest import World
from tests.conftest import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("required")]


@pytest.fixture
def script() -> Client:
    """Automation: no browser, no session."""
    return Client(SERVER_NAME="localhost")


def made(user: User, *scopes: str, days: int | None = 1) -> str:
    return token_create(actor=Actor(user, "session"), name="t", scopes=list(scopes), days=days)[1]


def bearer(text: str, scheme: str = "Token") -> dict[str, str]:
    return {"Authorization": f"{scheme} {text}"}


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "token", "bearer"])
def test_both_schemes_work(script: Client, alice: User, scheme: str) -> None:
    me = script.get("/api/v1/me", headers=bearer(made(alice, "read"), scheme))
    assert me.status_code == 200
    assert me.json()["username"] == "alice"
    assert me.json()["role"] == "data scientist"


def test_it_is_stored_hashed_and_shown_once(alice: User) -> None:
    browser = client_of(alice)
    form = {"name": "ci", "scopes": ["read", "train"], "days": "30"}
    page = browser.post("/account/tokens/", form)
    token = ApiToken.objects.get()
    text = page.context["text"]
    assert text in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert text not in str(ApiToken.objects.values().get())
    assert text not in browser.get("/account/").content.decode()
    assert text not in str(list(AuditEntry.objects.values()))
    assert token.expiry is not None
    assert token.expiry - timezone.now() > timedelta(days=29)


def test_the_api_makes_lists_and_revokes(script: Client, alice: User) -> None:
    first = bearer(made(alice, "read", "train", "tokens"))
    body = {"name": "second", "scopes": ["read"], "days": 1}
    answer = script.post("/api/v1/tokens", body, "application/json", headers=first)
    assert answer.status_code == 201
    second = bearer(answer.json()["token"])
    listed = script.get("/api/v1/tokens", headers=first).json()
    assert {token["name"]: token["made_by"] for token in listed} == {
        "t": None, "second": str(ApiToken.objects.get(name="t").id),
    }  # fmt: skip
    assert "token" not in listed[0]
    path = f"/api/v1/tokens/{answer.json()['id']}"
    assert script.delete(path, headers=first).json()["status"] == "revoked"
    assert script.get("/api/v1/me", headers=second).status_code == 401


def test_a_narrow_token_cannot_revoke_a_wider_one(script: Client, alice: User) -> None:
    wide, narrow = made(alice, "read", "train"), bearer(made(alice, "read", "tokens"))
    token = ApiToken.objects.get(prefix=wide[:10])
    assert script.delete(f"/api/v1/tokens/{token.id}", headers=narrow).status_code == 403
    assert script.get("/api/v1/me", headers=bearer(wide)).status_code == 200


def test_a_token_cannot_make_a_wider_or_longer_one(script: Client, alice: User) -> None:
    headers = bearer(made(alice, "read", "tokens", days=2))
    for body in (
        {"name": "n", "scopes": ["train"], "days": 1},
        {"name": "n", "scopes": ["read"], "days": 3},
        {"name": "n", "scopes": ["read"], "days": 90},
        {"name": "n", "scopes": ["read"]},
        {"name": "n", "scopes": ["read"], "days": None},
    ):
        answer = script.post("/api/v1/tokens", body, "application/json", headers=headers)
        assert answer.status_code == 403, body
    assert ApiToken.objects.count() == 1
    assert AuditEntry.objects.filter(action="token.create", refused=True).exists()


def test_tokens_have_a_scope_of_their_own(script: Client, alice: User) -> None:
    every_other = [scope for scope in Scope.values if scope != "tokens"]
    headers = bearer(made(alice, *every_other))
    body = {"name": "n", "scopes": ["read"], "days": 1}
    assert script.get("/api/v1/tokens", headers=headers).status_code == 403
    made_one = script.post("/api/v1/tokens", body, "application/json", headers=headers)
    assert made_one.status_code == 403
    path = f"/api/v1/tokens/{ApiToken.objects.get().id}"
    assert script.delete(path, headers=headers).status_code == 403
    assert script.get("/api/v1/tokens", headers=bearer(made(alice, "tokens"))).status_code == 200


def child_of(script: Client, text: str, **body: Any) -> Any:
    body = {"name": "child", "scopes": ["read", "tokens"], "days": 1, **body}
    return script.post("/api/v1/tokens", body, "application/json", headers=bearer(text))


def family_of(script: Client, alice: User) -> list[str]:
    """A token, one that it made, and one that that made."""
    first = made(alice, "read", "tokens")
    second = child_of(script, first).json()["token"]
    return [first, second, child_of(script, second).json()["token"]]


def test_a_family_ends_with_its_parent(script: Client, alice: User) -> None:
    family = family_of(script, alice)
    ends = {token.expiry for token in ApiToken.objects.all()}
    assert len(ends) == 1, "none ends after the token that made it"
    first = ApiToken.objects.get(digest=digest_of(family[0]))
    client_of(alice).post(f"/account/tokens/{first.id}/revoke/")
    for text in family:
        assert script.get("/api/v1/me", headers=bearer(text)).status_code == 401
    assert AuditEntry.objects.filter(action="token.revoke").count() == 3


def test_a_family_expires_with_its_parent(script: Client, alice: User) -> None:
    family = family_of(script, alice)
    ApiToken.objects.filter(digest=digest_of(family[0])).update(expiry=timezone.now())
    for text in family:
        assert script.get("/api/v1/me", headers=bearer(text)).status_code == 401
        token = ApiToken.objects.get(digest=digest_of(text))
        assert Actor(alice, "token", token=token).renewed() is None


def test_a_family_is_bounded(script: Client, alice: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "token": "1000/second"}
    family = family_of(script, alice)
    assert child_of(script, family[2]).status_code == 403
    statuses = [child_of(script, family[0]).status_code for _ in range(MAX_TOKENS - 2)]
    assert statuses == [201] * (MAX_TOKENS - 3) + [400]


def test_a_token_revoked_meanwhile_makes_none(alice: User) -> None:
    token = ApiToken.objects.get(digest=digest_of(made(alice, "read", "tokens")))
    ApiToken.objects.all().delete()
    with pytest.raises(Forbidden):
        token_create(actor=Actor(alice, "token", token=token), name="n", scopes=["read"], days=1)
    assert not ApiToken.objects.exists()


def test_a_token_makes_none_for_others(admin: User, alice: User) -> None:
    token = ApiToken.objects.get(digest=digest_of(made(admin, "read", "tokens")))
    actor = Actor(admin, "token", token=token)
    with pytest.raises(Forbidden):
        token_create(actor=actor, name="n", scopes=["read"], days=1, user=alice)


def test_no_token_revokes_one_that_lives_longer(script: Client, alice: User) -> None:
    longer = ApiToken.objects.get(digest=digest_of(made(alice, "read", days=None)))
    headers = bearer(made(alice, "read", "tokens"))
    assert script.delete(f"/api/v1/tokens/{longer.id}", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("read", {"see": 200, "dataset": 403, "run": 403}),
        ("datasets", {"see": 200, "dataset": 201, "run": 403}),
        ("train", {"see": 403, "dataset": 403, "run": 201}),
        ("deid", {"see": 403, "dataset": 403, "run": 403}),
    ],
)
def test_a_scope_reaches_its_own_domain(
    script: Client, world: World, alice: User, scope: str, expected: dict[str, int]
) -> None:
    headers = bearer(made(alice, scope))
    see = script.get(f"/api/v1/datasets/{world.dataset.id}", headers=headers)
    dataset = script.post("/api/v1/datasets", {"name": "n"}, "application/json", headers=headers)
    run = script.post(f"/api/projects/{world.project.id}/runs", headers=headers)
    seen = {"see": see.status_code, "dataset": dataset.status_code, "run": run.status_code}
    assert seen == expected


def test_scopes_never_widen_the_users_rights(script: Client, world: World, viewer: User) -> None:
    headers = bearer(made(viewer, "read", "datasets", "train"))
    assert script.get(f"/api/projects/{world.project.id}", headers=headers).status_code == 404
    answer = script.post("/api/v1/datasets", {"name": "n"}, "application/json", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "header",
    ["Token", "Token x", "Token a b", "Bearer " + "x" * 43, "Token llmp_ÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿ",
     "Bearer " + "a" * 9000],
)  # fmt: skip
def test_a_bad_token_is_a_401(script: Client, db: None, header: str) -> None:
    answer = script.get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert "detail" in answer.json()


def test_expired_revoked_and_shut_out_are_401(script: Client, alice: User) -> None:
    text = made(alice, "read")
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert script.get("/api/v1/me", headers=bearer(text)).status_code == 401
    ApiToken.objects.update(expiry=None)
    assert script.get("/api/v1/me", headers=bearer(text)).status_code == 200
    alice.is_active = False
    alice.save()
    assert script.get("/api/v1/me", headers=bearer(text)).status_code == 401


def test_last_use_is_noted_and_audited_once(script: Client, alice: User) -> None:
    text = made(alice, "read")
    for _ in range(3):
        script.get("/api/v1/me", headers=bearer(text))
    assert ApiToken.objects.get().last_used_at is not None
    assert AuditEntry.objects.filter(action="token.use", username="alice").count() == 1


def test_an_admin_makes_and_revokes_for_others(admin_client: Client, alice: User) -> None:
    form = {"user": alice.pk, "name": "robot", "scopes": ["read"], "days": ""}
    page = admin_client.post("/admin/accounts/apitoken/add/", form)
    assert page.status_code == 200
    token = ApiToken.objects.get()
    assert (token.user, token.expiry) == (alice, None)
    assert page.context["text"].startswith("llmp_")
    admin_client.post(f"/admin/accounts/apitoken/{token.pk}/delete/", {"post": "yes"})
    assert not ApiToken.objects.exists()
    actions = list(AuditEntry.objects.filter(username="adam").values_list("action", flat=True))
    assert {"token.create", "token.revoke"} <= set(actions)


def test_a_token_in_the_url_is_no_credential(script: Client, alice: User) -> None:
    text = made(alice, "read")
    assert script.get(f"/api/v1/me?token={text}").status_code == 401
    assert script.get(f"/api/v1/me?access_token={text}").status_code == 401


def test_what_does_not_fit_names_its_field(alice: User, settings: Any) -> None:
    browser = client_of(alice)
    answer = browser.post("/api/v1/tokens", {"name": "n", "scopes": ["root"]}, "application/json")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][:2] == ["body", "scopes"]
    page = browser.post("/account/tokens/", {"name": "", "scopes": [], "days": "30"})
    assert page.status_code == 400
    assert {"name", "scopes"} <= set(page.context["form"].errors)
