"""An operator's own recognisers: for texts and files alike, checked at every start, shown."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from deid.checks import recognizers_hold
from deid.engine.deidentify import deidentify, keys_for
from deid.engine.finding import find, find_with_own
from deid.engine.policy import PolicyError, parse
from deid.engine.recognition.besides import Besides
from deid.engine.recognition.own.form import RecognizerError
from deid.engine.recognition.own.registry import Registered
from tests.support.deid_lab import Lab
from tests.support.live_platform import ROOT

FILE = """
supported_languages: [zh, en]
recognizers:
  - name: Staff number
    supported_entity: EMPLOYEE_ID
    supported_languages:
      - {language: zh, context: [工号]}
      - {language: en, context: [badge]}
    patterns: [{name: number, regex: '\\bE\\d{6}\\b', score: 0.3}]
    tests:
      - {text: "工号E204417", found: [E204417]}
      - {text: "E204417 parts left", found: [E204417]}
      - {text: "order E20441", found: []}
  - name: Projects
    supported_entity: PROJECT
    deny_list: [Falcon, 猎鹰]
    enabled: false
  - {name: NhsRecognizer, type: predefined, supported_language: en}
"""
TEXT = "工号E204417，猎鹰项目，Falcons fly; NHS 401 023 2137 and 401 023 2138."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "recognizers.yaml"
    file.write_text(FILE, "utf-8")
    return file


def besides(text: str = FILE) -> Besides:
    import yaml

    return Besides(recognizers=json.dumps(yaml.safe_load(text), ensure_ascii=False))


def found(policy: dict[str, Any], text: str = TEXT) -> list[tuple[str, str]]:
    own = besides()
    spans = find(parse(policy, own.offers), [text], besides=own)[0]
    return [(text[one.start : one.end], one.type) for one in spans]


def test_those_that_are_enabled_count_for_all_policies_and_others_for_those_that_name_them() -> (
    None
):
    assert ("E204417", "EMPLOYEE_ID") in found({}) and ("猎鹰", "PROJECT") not in found({})
    assert ("猎鹰", "PROJECT") in found({"recognizers": ["Projects"]})
    # Part of a longer word, and a number whose check digit is wrong.
    ours = [one for one in found({"recognizers": ["Projects"]}) if one[1] in ("PROJECT", "UK_NHS")]
    assert ours == [("猎鹰", "PROJECT"), ("401 023 2137", "UK_NHS")]
    assert "EMPLOYEE_ID" not in dict(map(reversed, found({"entities": {"EMPLOYEE_ID": "keep"}})))


def test_context_makes_the_weak_count() -> None:
    assert found({}, "E204417 parts are left") == []
    assert found({}, "badge E204417") == [("E204417", "EMPLOYEE_ID")]


def test_their_types_are_replaced_as_any_other() -> None:
    own = besides()
    for rule, wanted in (("replace", "工号<EMPLOYEE_ID>"), ("drop", "工号")):
        policy = parse({"entities": {"EMPLOYEE_ID": rule}}, own.offers)
        spans = find(policy, ["工号E204417"], besides=own)
        assert deidentify(policy, ["工号E204417"], keys_for(1), spans=spans).texts == [wanted]
    policy = parse({"default": "surrogate"}, own.offers)
    spans = find(policy, ["工号E204417"], besides=own)
    made = deidentify(policy, ["工号E204417"], keys_for(1), spans=spans).texts[0]
    assert made != "工号E204417" and len(made) == len("工号E204417")


def test_what_they_find_is_personal_whatever_a_policy_keeps() -> None:
    own = besides()
    policy = parse({"entities": {"EMPLOYEE_ID": "keep"}}, own.offers)
    asked, all_of_it = find_with_own(policy, ["工号E204417"], besides=own)[0]
    assert not asked and [one.type for one in all_of_it] == ["EMPLOYEE_ID"]


def test_a_policy_that_names_what_is_not_there_is_refused() -> None:
    for content, field in (
        ({"recognizers": ["Nobody"]}, "recognizers"),
        ({"recognizers": "Projects"}, "recognizers"),
        ({"entities": {"BADGE": "drop"}}, "entities.BADGE"),
    ):
        with pytest.raises(PolicyError) as caught:
            parse(content, besides().offers)
        assert caught.value.field == field
    with pytest.raises(PolicyError):
        parse({"entities": {"EMPLOYEE_ID": "drop"}})


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, "recognizers"),
        ({"recognizers": []}, "recognizers"),
        ({"recognizers": [{"name": "x", "supported_entity": "X1"}]}, "patterns or a deny_list"),
        ({"recognizers": [{"name": "x", "supported_entity": "x y", "deny_list": ["a"]}]}, "capitals"),
        ({"recognizers": [{"name": "x", "shell": "id"}]}, "shell is not known"),
        ({"recognizers": ["NoSuchRecognizer"]}, "NoSuchRecognizer"),
        ({"recognizers": ["TransformersRecognizer"]}, "only recognisers by patterns"),
        ({"recognizers": ["SpacyRecognizer"]}, "only recognisers by patterns"),
        (
            {
                "recognizers": [
                    {
                        "name": "x", "supported_entity": "XX",
                        "patterns": [{"name": "p", "regex": "(a+)+(?=b)", "score": 1}],
                    }
                ]
            },
            "RE2 does not read",
        ),
        (
            {
                "recognizers": [
                    {"name": "x", "supported_entity": "XX", "deny_list": ["a"]},
                    {"name": "x", "supported_entity": "YY", "deny_list": ["b"]},
                ]
            },
            "two have the name",
        ),
        (
            {"recognizers": [{"name": "x", "supported_entity": "XX", "deny_list": ["a"], "tests": 1}]},
            "tests",
        ),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_is_said(document: dict[str, Any], said: str) -> None:
    with pytest.raises(RecognizerError, match=said):
        Registered(document)


def test_a_test_that_fails_is_an_error_at_the_start(path: Path, settings: Any) -> None:
    settings.DEID_RECOGNIZERS = str(path)
    (error,) = recognizers_hold()
    assert "E204417 parts left" in error.msg  # it stands without context
    path.write_text(FILE.replace('      - {text: "E204417 parts left", found: [E204417]}\n', ""))
    assert not recognizers_hold()
    path.write_text("recognizers: [")
    assert "not valid YAML" in recognizers_hold()[0].msg


def test_no_command_starts_beside_a_file_that_is_wrong(tmp_path: Path) -> None:
    code = "import os, sys; os.environ['DEID_RECOGNIZERS'] = sys.argv[1]; import runpy; sys.argv = ['manage.py', 'check']; runpy.run_path('manage.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "gone.yaml")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode and "DEID_RECOGNIZERS" in done.stderr


@pytest.mark.django_db
def test_the_api_finds_them_and_the_page_shows_them(
    path: Path, settings: Any, client: Client, alice: Any
) -> None:
    settings.DEID_RECOGNIZERS = str(path)
    client.force_login(alice)
    body = {"text": [TEXT], "options": {"return_mapping": True}}
    answer = client.post("/api/v1/deidentify:test", body, content_type="application/json")
    assert "EMPLOYEE_ID" in {one["type"] for one in answer.json()["entities"]}
    page = client.get("/deid/recognizers/").content.decode()
    assert "Staff number" in page and "1 of 3 fail" in page and "PROJECT" in page
    path.unlink()
    settings.DEID_RECOGNIZERS = str(path.with_name("other.yaml"))
    answer = client.post("/api/v1/deidentify:test", body, content_type="application/json")
    assert answer.status_code == 503
    assert client.get("/deid/recognizers/").status_code == 200


def test_files_are_read_by_them_too(tmp_path: Path) -> None:
    lab = Lab(tmp_path / "job", besides=besides())
    made, report = lab.run("工号E204417\n没有\n".encode(), ".txt", "text", default="drop")
    assert report["types"] == {"EMPLOYEE_ID": 1} and (report["own"], report["left"]) == (1, 0)
    assert made.decode() == "工号\n没有\n"
