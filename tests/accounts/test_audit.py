"""The audit trail: who did what, append-only, filtered, exported, pruned."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from core.accounts import audit
from core.accounts.models import AuditEntry
from datasets.models import Dataset
from tests.accounts.conftest import World
from tests.conftest import PASSWORD, Role, client_of, make_user

pytestmark = pytest.mark.django_db


def actions(**where: Any) -> list[str]:
    return list(AuditEntry.objects.filter(**where).values_list("action", flat=True))[::-1]


def test_it_follows_a_dataset_from_making_to_deletion(world: World, alice: User) -> None:
    client = client_of(alice)
    b"".join(client.get(f"/datasets/files/{world.file.id}/download/"))
    client.delete(f"/api/v1/datasets/uploads/{world.file.id}")
    client.post(f"/datasets/{world.dataset.id}/delete/")
    assert actions(object_id=str(world.dataset.id)) == [
        "dataset.create", "dataset.upload", "dataset.train_config", "dataset.download",
        "dataset.delete_file", "dataset.delete",
    ]  # fmt: skip
    upload = AuditEntry.objects.get(action="dataset.upload")
    assert upload.changes["name"] == [None, "rows.jsonl"]
    assert (upload.username, upload.address, upload.via) == ("alice", "127.0.0.1", "session")
    assert AuditEntry.objects.filter(username="alice", action="run.start").exists()


def test_log_in_log_out_and_failures(db: None, required: None) -> None:
    make_user("alice", Role.VIEWER, PASSWORD)
    client = Client(SERVER_NAME="localhost")
    client.post("/login/", {"username": "alice", "password": "wrong"})
    client.post("/login/", {"username": "alice", "password": PASSWORD})
    client.post("/logout/")
    seen = [(entry.action, entry.refused, entry.username) for entry in AuditEntry.objects.all()]
    assert seen[::-1] == [
        ("login", True, "alice"), ("login", False, "alice"), ("logout", False, "alice"),
    ]  # fmt: skip
    assert PASSWORD not in str(list(AuditEntry.objects.values()))


def test_refused_attempts_are_kept(world: World, bob: User, viewer: User) -> None:
    client_of(bob).get(f"/datasets/{world.dataset.id}/")
    client_of(viewer).get("/audit/")
    Client(SERVER_NAME="localhost").get("/api/projects")
    refused = AuditEntry.objects.filter(refused=True)
    assert {(entry.username, entry.action) for entry in refused} == {
        ("bob", "see dataset"), ("vera", "accounts.view_auditentry"), ("", "api"),
    }  # fmt: skip


def test_nothing_changes_an_entry(world: World, admin_client: Client) -> None:
    entry = AuditEntry.objects.first()
    assert entry is not None
    entry.username = "nobody"
    for change in (
        entry.save, entry.delete, AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(username="nobody"),
    ):  # fmt: skip
        with pytest.raises(TypeError):
            change()
    path = f"/admin/accounts/auditentry/{entry.pk}/"
    assert admin_client.post(f"{path}change/", {"username": "x"}).status_code == 403
    assert admin_client.post(f"{path}delete/", {"post": "yes"}).status_code == 403
    body = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
    admin_client.post("/admin/accounts/auditentry/", body)
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


def test_page_api_and_export_filter_alike(world: World, operator: User) -> None:
    client = client_of(operator)
    total = len(client.get("/api/v1/audit").json())
    uploads = client.get("/api/v1/audit?action=dataset.upload").json()
    assert total > len(uploads) == 1
    of_alice = AuditEntry.objects.filter(username="alice").count()
    assert len(client.get("/audit/?user=alice").context["page"].rows) == of_alice > 0
    assert client.get("/audit/?user=bob").context["page"].rows == []
    assert client.get("/audit/?refused=true").context["page"].rows == []
    assert client.get("/api/v1/audit?refused=maybe").status_code == 422
    first = client.get("/api/v1/audit?limit=1").json()[0]
    assert client.get(f"/api/v1/audit?before={first['id']}&limit=1").json()[0]["id"] < first["id"]
    rows = exported(client, "?action=dataset.upload")
    assert [row["object_name"] for row in rows] == ["alices"]


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/audit/export.csv{query}")
    assert answer["Content-Disposition"].startswith("attachment")
    text = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1"])
def test_the_export_defuses_formulas(alice: User, operator: User, name: str) -> None:
    Dataset.objects.all().delete()
    dataset = Dataset(name=name)
    audit.record(None, "made", dataset, username="alice")
    assert exported(client_of(operator))[-1]["object_name"].startswith("'")


def test_old_entries_go_after_their_time(world: World, settings: Any) -> None:
    kept = AuditEntry.objects.count()
    for days in (10, 400):
        AuditEntry.objects.create(at=timezone.now() - timedelta(days=days), action="old")
    settings.AUDIT_RETENTION_DAYS = 0
    assert audit.prune() == 0
    settings.AUDIT_RETENTION_DAYS = 365
    assert audit.prune() == 1
    assert AuditEntry.objects.count() == kept + 2  # the younger one, and the word of the pruning


def test_what_is_done_in_the_admin_is_in_it(admin_client: Client, alice: User) -> None:
    admin_client.post("/admin/auth/group/add/", {"name": "nlp"})
    entry = AuditEntry.objects.get(action="admin.add")
    assert (entry.username, entry.object_name) == ("adam", "nlp")
    assert entry.changes == {"name": [None, "nlp"]}
    assert entry.address == "127.0.0.1"
    roles = {group.name: group.pk for group in Group.objects.all()}
    form = {"username": "alice", "is_active": "on", "groups": [roles["operator"], roles["nlp"]]}
    admin_client.post(f"/admin/auth/user/{alice.pk}/change/", form)
    entry = AuditEntry.objects.get(action="admin.change")
    assert entry.changes == {"groups": [["data scientist"], ["operator", "nlp"]]}
    new = {"password1": "another long passphrase", "password2": "another long passphrase"}
    admin_client.post(f"/admin/auth/user/{alice.pk}/password/", new)
    assert "passphrase" not in str(list(AuditEntry.objects.values()))
    assert AuditEntry.objects.filter(action="admin.change").count() == 2
    admin_client.post(f"/admin/auth/user/{alice.pk}/delete/", {"post": "yes"})
    assert AuditEntry.objects.get(action="admin.delete").object_name == "alice"


def test_a_value_that_no_database_stores_is_kept_readable(db: None) -> None:
    audit.record(None, "odd", "a\0b\ud800", changes={"x": ["\0", "\ud800" * 3]}, username="u")
    assert AuditEntry.objects.get().object_name == "a\\0b\\ud800"


def test_a_flood_of_strangers_is_one_entry(client: Client, db: None, required: None) -> None:
    for _ in range(20):
        client.get("/api/projects")
    assert AuditEntry.objects.filter(refused=True).count() == 1
