"""Lists by key: nothing is shown twice or left out, whatever is added or asked meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import QuerySet
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts import trail
from core.accounts.models import AuditEntry
from core.pages import keyset
from core.pages.keyset import KeysetPage, page_of
from datasets.models import Dataset
from tests.conftest import client_of

pytestmark = pytest.mark.django_db
MANY = 130
NOW = timezone.now()


@pytest.fixture
def entries(db: None) -> list[AuditEntry]:
    """Newest first; three of each moment, so that only the id tells them apart."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=NOW - timedelta(minutes=number // 3), username="alice", action="x.y",
            object_name=f"thing {number:03}", address="10.0.0.1",
        )
        for number in range(MANY)
    )  # fmt: skip
    return list(AuditEntry.objects.all())


def page(query: str = "", fits: Any = None, size: int = 20) -> KeysetPage[AuditEntry]:
    request = RequestFactory().get(f"/?{query}")
    return page_of(request, AuditEntry.objects.all(), fits=fits, size=size)


def test_the_pages_have_every_row_once_there_and_back(entries: list[AuditEntry]) -> None:
    shown, queries = [], [""]
    here = page()
    while True:
        shown += here.rows
        if not here.older:
            break
        queries.append(here.older)
        here = page(here.older)
    assert shown == entries
    for query in queries[-2::-1]:
        here = page(here.newer)
        assert here.rows == page(query).rows
    assert here.newer == ""
    assert here.first is None


def test_what_is_added_meanwhile_shifts_nothing(entries: list[AuditEntry]) -> None:
    older = page().older
    before = page(older).rows
    AuditEntry.objects.create(action="new", at=NOW + timedelta(hours=1))
    assert page(older).rows == before


@pytest.mark.parametrize(
    "cursor", ["x", "=", "e30", "W10", "WyJhIiwgImIiXQ", "A" * 2000, "%00", "WzEsMl0"]
)
def test_what_is_no_cursor_gets_the_first_page(entries: list[AuditEntry], cursor: str) -> None:
    for name in ("after", "before"):
        assert page(f"{name}={cursor}").rows == entries[:20]


def test_links_keep_the_filters(entries: list[AuditEntry], operator: User) -> None:
    client = client_of(operator)
    text = client.get("/audit/?user=alice&action=x").content.decode()
    older = re.search(r'rel="next" href="([^"]+)"', text)
    assert older is not None
    assert "user=alice&amp;action=x&amp;after=" in older[1]
    second = client.get(f"/audit/{unescape(older[1])}").context["page"]
    assert second.rows == entries[50:100]
    assert second.first == "user=alice&action=x"


def test_a_search_looks_through_a_part_and_says_so(
    entries: list[AuditEntry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "WINDOW", 50)

    def named(rows: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return rows.filter(object_name__endswith="5")

    found, here = [], page(fits=named)
    while True:
        found += here.rows
        if not here.older:
            break
        assert here.is_cut
        here = page(here.older, fits=named)
    assert found == [entry for entry in entries if entry.object_name.endswith("5")]
    assert page(here.newer, fits=named).rows


def test_the_trail_is_found_by_one_index_and_told_apart_by_the_rest(
    entries: list[AuditEntry],
) -> None:
    AuditEntry.objects.create(username="bob", action="x.z", refused=True, object_id="7")
    assert trail.actions_known() == ["x.y", "x.z"]
    assert trail.entry_list(user="bob").fits is None
    assert trail.entry_list(action="x.z").fits is None
    assert trail.entry_list(text="10.0.0.1").fits is None
    assert trail.entry_list(action="x").fits is not None
    assert trail.entry_list(user="bob", text="thing").fits is not None
    assert sum(map(len, trail.entries_all(trail.entry_list(action="x"), 1000))) == MANY + 1
    assert sum(map(len, trail.entries_all(trail.entry_list(action="x"), 70, step=50))) == 70


def test_the_api_links_to_what_follows(entries: list[AuditEntry], operator: User) -> None:
    client, seen = client_of(operator), []
    path = "/api/v1/audit?user=alice&limit=60"
    while path:
        answer = client.get(path)
        seen += [one["id"] for one in answer.json()]
        link = re.fullmatch(r'<([^>]+)>; rel="next"', answer.get("Link", ""))
        path = link[1] if link else ""
    assert seen == [entry.id for entry in entries]


@pytest.mark.parametrize("path", ["/datasets/", "/admin/datasets/dataset/", "/audit/"])
def test_a_page_asks_as_much_of_many_as_of_few(
    path: str, operator: User, entries: list[AuditEntry]
) -> None:
    client, asked = client_of(operator), []
    for _ in range(2):
        Dataset.objects.bulk_create(Dataset(name=f"d{number}") for number in range(60))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        asked.append(len(queries))
        assert not [one for one in queries if "COUNT(*)" in one["sql"]]
    assert asked[0] == asked[1] <= 8


def test_the_home_page_counts_no_further_than_it_says(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform_site.pages.views.COUNTED", 10)
    Dataset.objects.bulk_create(Dataset(name=f"d{number}", owner=alice) for number in range(12))
    assert "10+" in client.get("/").content.decode()
