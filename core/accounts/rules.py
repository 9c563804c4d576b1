"""Every permission of the platform, in one place (library: django-rules).

Read as: `<app>.<action>_<model>` holds for a user, and for an object where one is given. Django's
admin asks the same names without an object; only operators and admins come that far.
"""

from __future__ import annotations

from typing import Any

from rules import add_perm, perm_exists, predicate

from core.accounts.ownership import is_team_mate, may_see
from core.accounts.roles import Role, role_of

OWNED = (
    "deid.deidpolicy", "datasets.dataset", "projects.project", "deployments.deployment",
)  # fmt: skip
ACCOUNTS = (
    "auth.user", "auth.group", "accounts.apitoken", "accounts.oidcidentity",
    "axes.accessattempt", "axes.accesslog", "axes.accessfailurelog",
)  # fmt: skip
EVERY_ACTION = ["view", "add", "change", "delete"]
MACHINERY = (
    "django_q.schedule", "django_q.success", "django_q.failure", "django_q.ormq", "django_q.task",
)  # fmt: skip


@predicate
def is_viewer(user: Any) -> bool:
    return role_of(user) >= Role.VIEWER


@predicate
def is_data_scientist(user: Any) -> bool:
    return role_of(user) >= Role.DATA_SCIENTIST


@predicate
def is_operator(user: Any) -> bool:
    return role_of(user) >= Role.OPERATOR


@predicate
def is_admin(user: Any) -> bool:
    return role_of(user) >= Role.ADMIN


@predicate
def can_see(user: Any, obj: Any = None) -> bool:
    return is_viewer(user) if obj is None else may_see(user, obj)


@predicate
def is_owner(user: Any, obj: Any = None) -> bool:
    return obj is None or obj.owner_id == user.pk


@predicate
def works_on(user: Any, obj: Any = None) -> bool:
    """The owner, and the members of the team that it is shared with."""
    return obj is None or obj.owner_id == user.pk or is_team_mate(user, obj)


may_change = is_operator | (is_data_scientist & works_on)
may_rule = is_operator | (is_data_scientist & is_owner)


def add(name: str, rule: Any) -> None:
    if not perm_exists(name):
        add_perm(name, rule)


def add_all(label: str, actions: list[str], rule: Any) -> None:
    app, model = label.split(".")
    for action in actions:
        add(f"{app}.{action}_{model}", rule)


def register() -> None:
    """Called once, when the applications are ready."""
    for label in OWNED:
        add_all(label, ["view"], can_see)
        add_all(label, ["add"], is_data_scientist)
        add_all(label, ["change"], may_change)
        add_all(label, ["delete", "share"], may_rule)
    for label in (
        "datasets.datasetfile",
        "datasets.trainconfig",
        "datasets.filejob",
        "projects.run",
        "deployments.adapter",
    ):
        # Only the admin asks these; elsewhere their dataset or project is asked.
        add_all(label, EVERY_ACTION, is_operator)
    for label in (
        "projects.runevent", "projects.artifact", "datasets.filejobevent",
        "deployments.deploymentevent", "deployments.usage",
        "platform_site.host", "platform_site.lease", "deid.policyversion",
    ):  # fmt: skip
        add_all(label, ["view"], is_operator)
    for label in MACHINERY:
        add_all(label, ["view"], is_operator)
    for label in ACCOUNTS:
        add_all(label, EVERY_ACTION, is_admin)
    add("accounts.view_auditentry", is_operator)
    add("deid.open_vault", is_operator)
    add("projects.loosen_gate", is_operator)
    add("projects.raise_priority", is_operator)
    add("platform_site.give_up_host", is_operator)
    for app in (
        "deid",
        "datasets",
        "projects",
        "deployments",
        "platform_site",
        "django_q",
        "accounts",
    ):
        add(app, is_operator)
    for app in ("auth", "axes"):
        add(app, is_admin)
