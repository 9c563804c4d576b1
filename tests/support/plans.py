"""How the database finds what a request asks of it: every reading route, over a load of rows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from html import unescape
from inspect import iscoroutinefunction
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection, transaction
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

# A platform has few of these, however long it is used. Of all others there will be many.
BOUNDED = {
    "auth.User", "auth.Group", "auth.Permission", "auth.User_groups", "auth.User_user_permissions",
    "auth.Group_permissions", "contenttypes.ContentType", "accounts.KeyMark",
    "accounts.OidcIdentity", "platform_site.Host", "platform_site.Lease", "deid.DeidPolicy",
    "deid.PolicyVersion", "django_q.Schedule", "django_q.OrmQ", "django_q.Task",
    "axes.AccessAttempt", "axes.AccessAttemptExpiration", "axes.AccessFailureLog",
}  # fmt: skip
SKIPPED = {"healthz", "api/schema", "api/docs"}  # they ask the database for nothing
EXTRA = [
    "/datasets/?q=load", "/projects/?q=load", "/deployments/?tag=load", "/deployments/?model=load",
    "/deployments/?status=running", "/api/v1/deployments?tag=load", "/admin/",
]  # fmt: skip
AUDIT = [
    "user={name}", "action=login", "action=data", "text=load", "text={file}", "text=10.0.0.1",
    "refused=true", "since=2020-01-01", "user={name}&action=login&refused=true",
]  # fmt: skip
LINK = re.compile(r'rel="(?:next|prev)" href="(\?[^"]+)"')
ALIAS = re.compile(r'"(\w+)" (T\d+|U\d+)\b')
READS = re.compile("(SELECT|WITH|UPDATE|DELETE) ")
WHOLE = ("/api/projects (", "/api/v1/deployments (", "/api/v1/deployments?")  # all by contract
OPERATORS = ("/admin/", "/audit/", "/api/v1/audit")


def offences(matrix: dict[str, list[Any]]) -> list[str]:
    """Statements whose plan reads a growing table row by row, each with whoever sent it."""
    call_command("make_load", scale=0.004, verbosity=0)
    found = {**_asked_by_people(matrix), **_asked_by_rounds()}
    judge = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    told = {
        text: judge(sql) for text, sql in found.values()
        if READS.match(sql) and not text.startswith(WHOLE)
    }  # fmt: skip
    return [f"{why}: {text}" for text, why in told.items() if why]


def _asked_by_people(matrix: dict[str, list[Any]]) -> dict[str, tuple[str, str]]:
    """Of each statement, whatever its values, one with where it came from."""
    made = User.objects.filter(username__startswith="load-")
    maker = made.filter(groups__name="data scientist")[0]
    chief = made.exclude(id=maker.id)[0]
    chief.groups.set(Group.objects.filter(name="admin"))
    ids, found = _ids(maker), dict[str, tuple[str, str]]()
    for user in (chief, maker):
        client = Client(SERVER_NAME="localhost")
        client.force_login(user, backend="core.accounts.backends.PasswordBackend")
        for path in dict.fromkeys(_paths(matrix, ids)):
            if user is maker and path.startswith(OPERATORS):
                continue
            for shown, queries in _visits(client, path):
                for sql in queries:
                    found.setdefault(_shape(sql), (f"{shown} ({user.username})\n    {sql}", sql))
    return found


def _asked_by_rounds() -> dict[str, tuple[str, str]]:
    """What the agent and open pages ask again and again, and what the workers tidy."""
    from core.accounts import tasks
    from platform_site.server import agent

    rounds = [action for action, _interval in agent.SWEEPS if not iscoroutinefunction(action)]
    found = {}
    for call in (*rounds, *_looks(), *agent.TIDYING, tasks.audit_prune, tasks.tidy):
        with CaptureQueriesContext(connection) as asked:
            call()
        for sql in (one["sql"] for one in asked.captured_queries):
            found[_shape(sql)] = (f"{getattr(call, '__qualname__', call)}\n    {sql}", sql)
    return found


def _looks() -> Iterator[Callable[[], Any]]:
    """What is asked once a second while pages wait for it to change."""
    from core.accounts.ownership import Sight
    from datasets.changes import WORK_ON_DATASET
    from deployments.changes import ALL, ALL_GPUS, DEPLOYMENTS
    from projects.runs.changes import QUEUE, RUN_QUEUE, RUNS_OF_PROJECT

    for kind, key in ((DEPLOYMENTS, Sight()), (ALL_GPUS, ALL), (RUN_QUEUE, QUEUE)):
        yield partial(kind.look, [key])
    for kind, label in (
        (WORK_ON_DATASET, "datasets.Dataset"),
        (RUNS_OF_PROJECT, "projects.Project"),
    ):
        keys = apps.get_model(label).objects.values_list("pk", flat=True)
        yield partial(kind.look, list(keys[:9]))


def _ids(owner: User) -> dict[str, Any]:
    """What the routes of the matrix name, of a person who has some of everything."""
    newest = {
        name: apps.get_model(label).objects.order_by("-pk")
        for name, label in {
            "dataset": "datasets.Dataset", "project": "projects.Project",
            "deployment": "deployments.Deployment", "policy": "deid.DeidPolicy",
        }.items()
    }  # fmt: skip
    chosen = {
        name: (rows.filter(owner=owner).first() or rows[0]).pk for name, rows in newest.items()
    }
    run = apps.get_model("projects.Run").objects.exclude(status="pending").first()
    file = apps.get_model("datasets.DatasetFile").objects.filter(dataset=chosen["dataset"])[0].pk
    job = apps.get_model("datasets.FileJob").objects.first()
    review = apps.get_model("datasets.Review").objects.first()
    token = apps.get_model("accounts.ApiToken").objects.first()
    return {
        **chosen, "run": run.pk, "project": run.project_id, "file": file, "job": job.pk,
        "review": review.pk, "token": token.pk, "name": owner.username,
    }  # fmt: skip


def _paths(matrix: dict[str, list[Any]], ids: dict[str, Any]) -> Iterator[str]:
    for route, lines in matrix.items():
        for line in lines:
            if line.method == "GET" and route not in SKIPPED:
                yield line.path.format(**ids)
    yield from EXTRA
    for query in AUDIT:
        for path in ("/audit/", "/api/v1/audit"):
            yield f"{path}?{query.format(**ids)}"
    for model in admin.site._registry:
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield path
        yield f"{path}?q=load"
        if (first := model._default_manager.order_by().first()) is not None:
            yield f"{path}{first.pk}/change/"


def _visits(client: Client, path: str) -> Iterator[tuple[str, list[str]]]:
    """The page, then those that it links to as the next and the one before."""
    seen, waiting = set[str](), [path]
    while waiting and len(seen) < 2:
        here = waiting.pop(0)
        seen.add(here)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(here, headers={"Accept": "*/*"})
            if isinstance(answer, StreamingHttpResponse):
                if here.startswith("/audit/"):
                    b"".join(answer)
                answer.close()
        assert answer.status_code < 500, here
        yield here, [one["sql"] for one in queries.captured_queries]
        if "text/html" in answer.get("Content-Type", ""):
            links = [unescape(one) for one in LINK.findall(answer.content.decode())]
            waiting += [one for one in (path.partition("?")[0] + link for link in links)
                        if one not in seen]  # fmt: skip


def _shape(sql: str) -> str:
    """The statement without its values: one of each is looked at."""
    return re.sub(r"'(?:[^']|'')*'|\b\d+\b", "?", re.sub(r"IN \([^()]*\)", "IN (?)", sql))


def growing() -> set[str]:
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.db_table
        for model in models
        if model._meta.label not in BOUNDED and not model._meta.proxy
    }


def partial_indexes() -> set[str]:
    """Those of few rows of many: all of such an index may be read."""
    indexes = (index for model in apps.get_models() for index in model._meta.indexes)
    return {index.name for index in indexes if index.condition is not None} - {"audit_refused"}


# --- SQLite -----------------------------------------------------------------------------------


def _on_sqlite(sql: str) -> str:
    """What is wrong with the plan; empty: nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}", [])
        steps = [row[3] for row in cursor.fetchall()]
    tables, aliases = growing(), {alias: table for table, alias in ALIAS.findall(sql)}
    sorts = any(  # but for rows that are alike in all that the index has
        "TEMP B-TREE" in step and "LAST TERM" not in step and "RIGHT PART" not in step
        for step in steps
    )
    for step in steps:
        match = re.match(r"SCAN (\w+)( USING .*INDEX)?", step)
        if match is None or aliases.get(match[1], match[1]) not in tables:
            continue
        if any(step.endswith(f" {index}") for index in partial_indexes()):
            continue
        ordered = "ORDER BY" in sql or "WHERE" not in sql
        if "LIMIT" not in sql or sorts or not ordered or (not match[2] and "WHERE" in sql):
            return f"{step} {'(sorted)' if sorts else ''}"
    return ""


# --- PostgreSQL -------------------------------------------------------------------------------

JOINS = ("hashjoin", "mergejoin")


def _on_postgresql(sql: str) -> str:
    """What is wrong with the better of two plans.

    Of few rows it would read, sort or hash all, whatever indexes there are. So it may not; and
    what it finds by an index it may sort only where no index has the order.
    """
    plans = [_planned(sql, ways) for ways in (("seqscan", "sort", *JOINS), ("seqscan", *JOINS))]
    return min(_read_whole(plan, growing(), limited=False) for plan in plans)


def _planned(sql: str, without: Iterable[str]) -> dict[str, Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        for way in without:
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql.replace('%', '%%')}", [])
        plan = cursor.fetchone()[0]
    tree = json.loads(plan) if isinstance(plan, str) else plan
    return dict(tree[0]["Plan"])


def _read_whole(node: dict[str, Any], tables: set[str], *, limited: bool) -> str:
    """The first node that reads a growing table to its end, whatever is wanted of it."""
    kind = node["Node Type"]
    if node.get("Relation Name") in tables:
        if kind == "Seq Scan" and ("Filter" in node or not limited):
            return f"{kind} on {node['Relation Name']}"
        whole = kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in node
        if whole and not limited and node["Index Name"] not in partial_indexes():
            return f"{kind} of all of {node['Relation Name']}"
    below = limited or kind == "Limit"
    if kind in ("Sort", "Aggregate", "Hash", "HashAggregate"):
        below = False
    for child in node.get("Plans", []):
        if why := _read_whole(child, tables, limited=below):
            return why
    return ""
