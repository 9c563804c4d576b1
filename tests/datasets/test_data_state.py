"""What is clean: the platform's own types were looked for, by a version that is approved."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client

from core.accounts.actor import Actor
from datasets.models import DatasetFile, FileJob, JobKind
from deid.models import PolicyVersion
from deid.services import approval_set, policy_edit
from tests.conftest import client_of
from tests.support.file_jobs import built_in, uploaded, version_of, worked_on

pytestmark = pytest.mark.django_db
PERSONAL = "我叫李小明，电话13800138000，身份证11010519491231002X。\n".encode()
HARMLESS = "今天天气很好。\n".encode()
SCAN, DEIDENTIFY = JobKind.SCAN, JobKind.DEIDENTIFY
# Whatever a policy can say so as to find, or to replace, less than the platform itself would.
EVASIONS: list[dict[str, Any]] = [
    {"default": "keep"},
    {"default": "drop", "threshold": 1},
    {"default": "drop", "allow": ["李小明", "13800138000", "11010519491231002X"]},
    {"default": "drop", "entities": {"PERSON": "keep", "ID_CARD": "keep", "PHONE_NUMBER": "keep"}},
    {"default": "keep", "entities": {"DATE": "drop"}},
    {"default": {"operator": "mask", "first": 10}},
    {"default": "keep", "entities": {"CUSTOM": "drop"}, "deny": ["我叫", "电话"]},
    # A line taken for one find: masked at its end, or changed in what is like a phone number.
    {
        "default": {"operator": "mask", "first": 20},
        "patterns": [{"regex": ".+", "type": "CUSTOM"}],
    },
    {"default": "surrogate", "patterns": [{"regex": ".+", "type": "PHONE_NUMBER"}]},
    {"default": {"operator": "replace", "label": "李小明"}},
]


@pytest.fixture
def alices(alice: User, required: None) -> Client:
    return client_of(alice)


@pytest.fixture
def file(alices: Client) -> DatasetFile:
    return uploaded(alices, "a.txt", PERSONAL)


def approved(operator: User, version: PolicyVersion, yes: bool = True) -> PolicyVersion:
    return approval_set(actor=Actor(operator, "session"), version=version, approved=yes)


@pytest.mark.parametrize("content", EVASIONS, ids=str)
def test_no_policy_calls_personal_data_clean_or_deidentified(
    alice: User, file: DatasetFile, content: dict[str, Any]
) -> None:
    version = version_of(alice, "mine", **content)
    assert worked_on(alice, file, SCAN, version).report["own"] == 3
    assert file.data_state == "personal"
    made = worked_on(alice, file, DEIDENTIFY, version).result
    assert made is not None and made.data_state == "personal"
    assert made.lineage["left"] > 0 and made.state_version == version


def test_approval_does_not_make_what_a_version_keeps_clean(
    alice: User, operator: User, file: DatasetFile
) -> None:
    version = approved(operator, version_of(alice, "mine", default="keep"))
    worked_on(alice, file, SCAN, version)
    assert file.data_state == "personal"


def test_an_approved_version_says_what_is_left_well_enough(
    alice: User, operator: User, file: DatasetFile
) -> None:
    """Names may stay, an operator says: of this version, until it is withdrawn."""
    version = version_of(alice, "mine", default="drop", entities={"PERSON": "keep"})
    approved(operator, version)
    made = worked_on(alice, file, DEIDENTIFY, version).result
    assert made is not None and (made.data_state, made.lineage["left"]) == ("deidentified", 1)
    approved(operator, version, False)
    made.refresh_from_db()
    assert made.data_state == "personal"


def test_who_leaves_nothing_of_the_platforms_types_needs_no_approval(
    alice: User, operator: User, file: DatasetFile
) -> None:
    content = {"default": "drop", "entities": {"PHONE_NUMBER": {"operator": "mask", "first": 3}}}
    version = version_of(alice, "mine", **content)
    made = worked_on(alice, file, DEIDENTIFY, version).result
    assert made is not None and (made.data_state, made.lineage["left"]) == ("deidentified", 0)
    assert made.state_version == version and file.data_state == "personal"


def test_only_an_approved_version_calls_a_file_clean(
    alice: User, alices: Client, operator: User
) -> None:
    file = uploaded(alices, "b.txt", HARMLESS)
    mine = version_of(alice, "mine", default="drop")
    worked_on(alice, file, SCAN, mine)
    assert (file.data_state, file.state_version) == ("unscanned", None)
    approved(operator, mine)
    worked_on(alice, file, SCAN, mine)
    assert (file.data_state, file.state_version) == ("clean", mine)
    edited = policy_edit(
        actor=Actor(alice, "session"), policy=mine.policy, content={"default": "keep"}
    )
    assert not edited.is_approved
    shown = alices.get(f"/api/v1/datasets/{file.dataset_id}").json()["files"][0]
    assert (shown["data_state"], shown["state_policy"], shown["state_version"]) == (
        "clean", "mine", "1",
    )  # fmt: skip
    page = alices.get(f"/datasets/{file.dataset_id}/").content.decode()
    assert "mine 1" in page
    approved(operator, mine, False)
    file.refresh_from_db()
    assert (file.data_state, file.state_version) == ("unscanned", None)


def test_what_an_approved_version_found_clean_another_does_not_undo(
    alice: User, alices: Client
) -> None:
    file = uploaded(alices, "b.txt", HARMLESS)
    worked_on(alice, file, SCAN, built_in())
    worked_on(alice, file, SCAN, version_of(alice, "mine", default="keep"))
    assert (file.data_state, file.state_version) == ("clean", built_in())


@pytest.mark.parametrize(
    ("report", "state"),
    [
        ({"entities": 0, "own": 0, "broken": 0}, "clean"),
        ({"entities": 0, "own": 0, "broken": 1}, "personal"),
        ({"entities": 0, "own": 2, "broken": 0}, "personal"),
        ({"entities": 1, "own": 0, "broken": 0}, "personal"),
        ({"entities": 0}, None),
        ({}, None),
    ],
)
def test_what_a_report_says_of_what_was_read(report: dict[str, Any], state: str | None) -> None:
    from datasets.data_state import state_of_read

    assert state_of_read(report, built_in()) == state


def test_states_of_before_are_believed_where_the_built_in_policy_found_them(
    alice: User, alices: Client
) -> None:
    migration = importlib.import_module("datasets.migrations.0006_believe_only_approved_versions")
    mine, lineage = version_of(alice, "mine", default="keep"), {"policy": "default"}
    seen = {}
    for name, version, state, report, made_from in (
        ("a", built_in(), "clean", {"entities": 0}, {}),
        ("b", mine, "clean", {"entities": 0}, {}),
        ("c", built_in(), "clean", {"entities": 3}, {}),
        ("d", mine, "personal", {"entities": 3}, {}),
        ("e", None, "deidentified", {}, {**lineage, "policy_version": "2025-10-01"}),
        ("f", None, "deidentified", {}, {"policy": "mine", "policy_version": "1"}),
    ):
        file = uploaded(alices, f"{name}.txt", HARMLESS)
        DatasetFile.objects.filter(id=file.id).update(data_state=state, lineage=made_from)
        if version:
            FileJob.objects.create(
                kind="scan", dataset=file.dataset, source=file, policy_version=version,
                host="h", status="succeeded", report=report,
            )  # fmt: skip
        seen[name] = file
    migration.believe_only_approved_versions(apps, None)
    for name, file in seen.items():
        file.refresh_from_db()
        seen[name] = (file.data_state, file.state_version and str(file.state_version))
    default = "default 2025-10-01"
    assert seen == {
        "a": ("clean", default), "b": ("unscanned", None), "c": ("unscanned", None),
        "d": ("personal", None), "e": ("deidentified", default), "f": ("unscanned", None),
    }  # fmt: skip
