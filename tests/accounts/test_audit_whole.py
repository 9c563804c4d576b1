"""A change and its audit entry are there together, or neither is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core.accounts import audit, tokens
from core.accounts.actor import Actor
from core.accounts.models import AuditEntry, OidcIdentity
from core.accounts.oidc import OidcBackend
from core.accounts.ownership import sharing_set
from deployments import adapters
from deployments import services as deployments
from deployments.choices import DeploymentStatus
from deployments.models import Deployment
from projects.configs.services import gate_set
from projects.runs import services as run_services
from tests.accounts.conftest import World
from tests.conftest import PASSWORD, Role, client_of, make_user

pytestmark = pytest.mark.django_db


class Broken(Exception):
    """What goes wrong with an entry, or right after it."""


@contextmanager
def broken(when: str) -> Iterator[None]:
    """`before` or `after` the database has taken an entry."""

    def wrapper(execute: Any, sql: str, *rest: Any) -> Any:
        is_entry = sql.startswith("INSERT") and AuditEntry._meta.db_table in sql
        if is_entry and when == "before":
            raise Broken
        result = execute(sql, *rest)
        if is_entry:
            raise Broken
        return result

    with connection.execute_wrapper(wrapper):
        yield


def everything() -> dict[str, list[Any]]:
    """All rows of all tables, but for log-ins."""
    models = [model for model in apps.get_models() if model is not Session]
    rows = {
        model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models
    }
    for user in rows["auth.User"]:
        user.pop("last_login")
    return rows


class Case:
    """The world, and what each of the services below needs of it."""

    def __init__(self, world: World, settings: Any, tmp_path: Any) -> None:
        self.world, self.settings, self.tmp_path = world, settings, tmp_path
        self.alice = User.objects.get(username="alice")
        self.actor = Actor(self.alice, "session")
        self.admin = client_of(make_user("adam", Role.ADMIN, PASSWORD))

    def deployment(self, **state: Any) -> Deployment:
        Deployment.objects.filter(id=self.world.deployment.id).update(**state)
        return Deployment.objects.get(id=self.world.deployment.id)

    def ended(self) -> Deployment:
        return self.deployment(status=DeploymentStatus.STOPPED, stopped_at=timezone.now())


def launch(case: Case) -> Any:
    launch = deployments.Launch(model_path="owner/other")
    return lambda: deployments.deployment_launch(actor=case.actor, launch=launch)


def stop(force: bool = False, **state: Any) -> Callable[[Case], Any]:
    def prepared(case: Case) -> Any:
        row = case.deployment(**state)
        return lambda: deployments.deployment_stop(actor=case.actor, deployment=row, force=force)

    return prepared


def restart(case: Case) -> Any:
    row = case.deployment(claimed_at=timezone.now())
    return lambda: deployments.deployment_restart(actor=case.actor, deployment=row)


def restart_ended(case: Case) -> Any:
    row = case.ended()
    return lambda: deployments.deployment_restart(actor=case.actor, deployment=row)


def remove(case: Case) -> Any:
    row = case.ended()
    return lambda: deployments.deployment_remove(actor=case.actor, deployment=row)


def detach(case: Case) -> Any:
    row = case.deployment()
    return lambda: adapters.adapter_detach(actor=case.actor, deployment=row, name="one")


def token_made(case: Case) -> Any:
    return lambda: tokens.token_create(actor=case.actor, name="n", scopes=["read"], days=1)


def token_revoked(case: Case) -> Any:
    return lambda: tokens.token_revoke(actor=case.actor, token_id=case.world.token.id)


def shared(case: Case) -> Any:
    dataset = case.world.dataset
    return lambda: sharing_set(actor=case.actor, obj=dataset, visibility="everyone")


def gate(case: Case) -> Any:
    project = case.world.project
    return lambda: gate_set(actor=case.actor, project=project, gate="refuse")


def run_stopped(case: Case) -> Any:
    return lambda: run_services.run_stop(actor=case.actor, run=case.world.run)


def oidc_made(case: Case) -> Any:
    return lambda: OidcBackend().create_user({"sub": "s-1", "preferred_username": "new"})


def oidc_role(case: Case) -> Any:
    case.settings.OIDC_ROLE_CLAIM, case.settings.OIDC_ROLE_MAP = "groups", ["ops=operator"]
    OidcIdentity.objects.get_or_create(user=case.alice, issuer="i", subject="s")
    return lambda: OidcBackend().update_user(case.alice, {"sub": "s", "groups": ["ops"]})


def admin_command(case: Case) -> Any:
    file = case.tmp_path / "password"
    file.write_text(PASSWORD)
    return lambda: call_command("createadmin", "alice", "--password-file", str(file))


def own_password(case: Case) -> Any:
    new = {"old_password": PASSWORD, "new_password1": "another " + PASSWORD}
    body = {**new, "new_password2": new["new_password1"]}
    return lambda: case.admin.post("/account/password/", body)


def others_password(case: Case) -> Any:
    body = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    return lambda: case.admin.post(f"/admin/auth/user/{case.alice.pk}/password/", body)


def admin_deletes(path: str) -> Callable[[Case], Any]:
    def prepared(case: Case) -> Any:
        chosen = {"user": case.alice.pk, "apitoken": case.world.token.pk}
        body = {
            "action": "delete_selected", "post": "yes",
            "_selected_action": chosen[path.rpartition("/")[2]],
        }  # fmt: skip
        return lambda: case.admin.post(f"/admin/{path}/", body)

    return prepared


def pruned(case: Case) -> Any:
    case.settings.AUDIT_RETENTION_DAYS = 1
    AuditEntry.objects.create(action="old", at=timezone.now() - timedelta(days=2))
    return audit.prune


CLAIMED = {"claimed_at": timezone.now()}
STOPPING = {"status": DeploymentStatus.STOPPING, "submitted_at": timezone.now()}
SERVICES: dict[str, Callable[[Case], Any]] = {
    "launch": launch, "stop unstarted": stop(), "stop": stop(**CLAIMED),
    "stop by force": stop(force=True, **CLAIMED), "force a stop": stop(force=True, **STOPPING),
    "restart": restart, "restart what ended": restart_ended, "remove": remove, "detach": detach,
    "make a token": token_made, "revoke a token": token_revoked, "share": shared, "gate": gate,
    "stop a run": run_stopped, "user by sign-on": oidc_made, "role by sign-on": oidc_role,
    "createadmin": admin_command, "own password": own_password,
    "another's password": others_password, "delete users": admin_deletes("auth/user"),
    "delete tokens": admin_deletes("accounts/apitoken"), "prune": pruned,
}  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_both_are_there_or_neither(world: World, settings: Any, tmp_path: Any, name: str) -> None:
    case = Case(world, settings, tmp_path)
    for moment in ("before", "after"):  # the entry fails; what follows it fails
        act = SERVICES[name](case)
        before = everything()
        with broken(moment), pytest.raises(Broken):
            act()
        assert everything() == before
    newest = AuditEntry.objects.latest("id").id
    SERVICES[name](case)()
    assert AuditEntry.objects.filter(id__gt=newest, refused=False).exists()


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("seen", [{}, CLAIMED, STOPPING])
def test_a_stop_that_came_too_late_is_not_written(
    world: World, alice: User, seen: dict[str, Any], force: bool
) -> None:
    Deployment.objects.filter(id=world.deployment.id).update(**seen)
    row = Deployment.objects.get(id=world.deployment.id)
    Deployment.objects.filter(id=row.id).update(
        status=DeploymentStatus.FAILED, stopped_at=timezone.now()
    )
    actor = Actor(alice, "session")
    stopped = deployments.deployment_stop(actor=actor, deployment=row, force=force)
    assert stopped.status == DeploymentStatus.FAILED
    assert not AuditEntry.objects.filter(action="deployment.stop").exists()
