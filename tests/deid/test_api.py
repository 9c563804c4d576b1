"""The contract of deidentify:test, and policies over the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from core.accounts.models import AuditEntry
from deid.models import DeidPolicy
from tests.conftest import client_of

pytestmark = pytest.mark.django_db
TEST = "/api/v1/deidentify:test"
POLICIES = "/api/v1/deid/policies"
TEXT = "张三的手机号是13800138000"


def post(client: Client, path: str, body: Any, method: str = "POST") -> Any:
    return client.generic(method, path, json.dumps(body), content_type="application/json")


@pytest.fixture
def alice_client(alice: User, required: None) -> Client:
    return client_of(alice)


def test_the_contracts_example(alice_client: Client) -> None:
    body = {"text": [TEXT], "options": {"return_mapping": True, "seed": 7}}
    answer = post(alice_client, TEST, body)
    assert answer.status_code == 200
    data = answer.json()
    assert data["policy_version"] == "2025-10-01"
    assert [list(pair) for pair in data["mapping"]] == [["张三"], ["13800138000"]]
    assert data["deidentified"][0].endswith(data["mapping"][1]["13800138000"])
    assert data["entities"][1] == {
        "text_index": 0, "start": 7, "end": 18, "type": "PHONE_NUMBER", "original": "13800138000",
        "replacement": data["mapping"][1]["13800138000"], "score": data["entities"][1]["score"],
    }  # fmt: skip
    assert post(alice_client, TEST, body).json() == data


def test_without_options_there_is_no_mapping(alice_client: Client) -> None:
    data = post(
        alice_client, TEST, {"text": [TEXT, "无敏感信息", "", " a "], "options": None}
    ).json()
    assert set(data) == {"deidentified", "policy_version"}
    assert data["deidentified"][1:] == ["无敏感信息", "", " a "]


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({"text": "x"}, 422, "text"), ({}, 422, "text"), ({"text": [1]}, 422, "text"),
        ({"text": ["x"], "policy_id": "nope"}, 400, "nope"),
        ({"text": ["x"], "policy_version": "1999"}, 400, "1999"),
        ({"text": ["x"], "options": {"format": "pdf"}}, 422, "format"),
        ({"text": ["x"], "options": {"locale": "tlh"}}, 422, "locale"),
        ({"text": ["x"], "options": {"seed": "a"}}, 422, "seed"),
        ({"text": ["{"], "options": {"format": "json"}}, 400, "text[0]"),
        ({"text": ['{}\n{"a": }'], "options": {"format": "jsonl"}}, 400, "2"),
        ({"text": ["x" * 100_001]}, 413, "text"),
    ],
)  # fmt: skip
def test_bad_input_is_named(alice_client: Client, body: Any, status: int, named: str) -> None:
    answer = post(alice_client, TEST, body)
    assert answer.status_code == status
    assert named in json.dumps(answer.json()["detail"], ensure_ascii=False)


def test_json_keeps_its_structure(alice_client: Client) -> None:
    document = '{"张三": 1, "messages": [{"role": "user",  "content": "我叫李小明\\n电话13800138000"}], "phone": 13911112222, "n": 3}'
    body = {"text": [document], "options": {"format": "json", "return_mapping": True, "seed": 1}}
    data = post(alice_client, TEST, body).json()
    made = json.loads(data["deidentified"][0])
    assert list(made)[1:] == ["messages", "phone", "n"] and "张三" not in made
    assert made["n"] == 3 and made["phone"] != 13911112222
    assert "李小明" not in data["deidentified"][0]
    assert '"role": "user",  "content"' in data["deidentified"][0]
    for entity in data["entities"]:
        assert document[entity["start"] : entity["end"]] == entity["original"]


def test_jsonl_keeps_its_lines(alice_client: Client) -> None:
    text = '{"t": "张三来了"}\r\n\n{"t": "无"}\n'
    options = {"format": "jsonl", "seed": 1}
    made = post(alice_client, TEST, {"text": [text], "options": options}).json()["deidentified"][0]
    assert made.count("\n") == 3 and made.endswith('\r\n\n{"t": "无"}\n') and "张三" not in made


def test_markdown_is_not_broken_by_labels(alice_client: Client) -> None:
    content = {"default": "replace"}
    post(alice_client, POLICIES, {"policy_id": "labels", "content": content})
    body = {"policy_id": "labels", "text": ["# 张三\n[a](https://x.test/1)"],
            "options": {"format": "markdown"}}  # fmt: skip
    made = post(alice_client, TEST, body).json()["deidentified"][0]
    assert made == "# ‹姓名›\n[a](‹网址›)"


def test_locale_chooses_the_labels_language(alice_client: Client) -> None:
    post(alice_client, POLICIES, {"policy_id": "labels", "content": {"default": "replace"}})
    body = {"policy_id": "labels", "text": ["张三"], "options": {"locale": "en-US"}}
    assert post(alice_client, TEST, body).json()["deidentified"] == ["<PERSON>"]


def test_a_policys_versions_never_change(alice_client: Client) -> None:
    made = post(alice_client, POLICIES, {"policy_id": "mine", "content": {"default": "replace"}})
    assert made.status_code == 201
    edited = post(
        alice_client, f"{POLICIES}/mine", {"content": {"default": "drop"}, "note": "less"}, "PUT"
    ).json()
    assert [one["version"] for one in edited["versions"]] == ["2", "1"]
    for version, expected in (("1", "<姓名>"), ("2", ""), (None, "")):
        body = {"policy_id": "mine", "policy_version": version, "text": ["张三"]}
        data = post(alice_client, TEST, body).json()
        assert data["deidentified"] == [expected]
        assert data["policy_version"] == (version or "2")
    again = post(alice_client, f"{POLICIES}/mine", {"content": {"default": "drop"}}, "PUT").json()
    assert again["latest_version"] == "2"


def test_corrections_become_a_version(alice_client: Client) -> None:
    post(alice_client, POLICIES, {"policy_id": "mine", "content": {"default": "replace"}})
    words = {"allow": ["张三"], "deny": [{"text": "夜鹰", "type": "PERSON"}]}
    post(alice_client, f"{POLICIES}/mine/words", words)
    made = post(alice_client, TEST, {"policy_id": "mine", "text": ["张三见夜鹰"]}).json()
    assert made["deidentified"] == ["张三见<姓名>"]
    post(alice_client, f"{POLICIES}/mine/words", {"deny": [{"text": "张三", "type": "PERSON"}]})
    made = post(alice_client, TEST, {"policy_id": "mine", "text": ["张三见夜鹰"]}).json()
    assert made["deidentified"] == ["<姓名>见<姓名>"]


def test_the_built_in_policy_stays_as_it_is(admin: User, required: None) -> None:
    client = client_of(admin)
    body = {"content": {"default": "keep"}}
    assert post(client, f"{POLICIES}/default", body, "PUT").status_code == 409
    assert client.delete(f"{POLICIES}/default").status_code == 409


def test_a_private_policy_is_not_anothers(alice_client: Client, bob: User) -> None:
    post(alice_client, POLICIES, {"policy_id": "mine", "content": {"default": "drop"}})
    other = client_of(bob)
    assert other.get(f"{POLICIES}/mine").status_code == 404
    answer = post(other, TEST, {"policy_id": "mine", "text": ["张三"]})
    assert answer.status_code == 400 and "mine" in answer.json()["detail"]
    taken = post(other, POLICIES, {"policy_id": "mine", "content": {"default": "drop"}})
    assert taken.status_code == 409


def test_sealed_texts_are_restored_by_operators_only_and_it_is_written_down(
    alice_client: Client, operator: User
) -> None:
    content = {"default": "encrypt", "key": "team"}
    post(alice_client, POLICIES, {"policy_id": "sealed", "content": content})
    DeidPolicy.objects.filter(slug="sealed").update(visibility="everyone")
    sealed = post(alice_client, TEST, {"policy_id": "sealed", "text": [TEXT]}).json()
    assert "张三" not in sealed["deidentified"][0]
    body = {"policy_id": "sealed", "text": sealed["deidentified"]}
    restore = "/api/v1/deidentify:restore"
    assert post(alice_client, restore, body).status_code == 403
    assert post(client_of(operator), restore, body).json() == {"text": [TEXT]}
    assert AuditEntry.objects.filter(action="deid.restore", refused=False).count() == 1
    body["text"] = [sealed["deidentified"][0].replace(":e1:", ":e1:", 1)[:-6] + "]]"]
    assert post(client_of(operator), restore, body).status_code == 400


def test_keys_are_files_of_their_own(alice_client: Client, settings: Any) -> None:
    content = {"default": "pseudonym", "key": "team"}
    post(alice_client, POLICIES, {"policy_id": "p", "content": content})
    path = settings.DEID_KEY_DIR / "team.key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()
    answer = post(alice_client, TEST, {"policy_id": "p", "text": [TEXT]})
    assert answer.status_code == 503 and "team" in answer.json()["detail"]


def test_a_key_is_not_anothers(alice_client: Client, bob: User, operator: User) -> None:
    content = {"default": "encrypt", "key": "team"}
    for slug, client, status in (
        ("p", alice_client, 201), ("p2", alice_client, 201), ("b", client_of(bob), 400),
        ("o", client_of(operator), 201),
    ):  # fmt: skip
        answer = post(client, POLICIES, {"policy_id": slug, "content": content})
        assert answer.status_code == status, answer.json()
        assert status == 201 or answer.json()["detail"].startswith("key: team")
    assert not DeidPolicy.objects.filter(slug="b").exists()


def test_the_trial_page_marks_what_it_finds(alice_client: Client) -> None:
    html = alice_client.post("/deid/", {"text": "<b>张三</b>", "policy_id": "default"}).content
    assert b"&lt;b&gt;" in html and "<mark" in html.decode() and b"<b>" not in html
    assert alice_client.post("/deid/", {"text": "x", "policy_id": "nope"}).status_code == 400


def test_policies_are_edited_as_yaml_on_their_pages(alice_client: Client) -> None:
    form = {"policy_id": "mine", "content": "default: drop\n", "note": "first"}
    assert alice_client.post("/deid/policies/new/", form).status_code == 302
    policy = DeidPolicy.objects.get(slug="mine")
    page = f"/deid/policies/{policy.pk}/"
    assert alice_client.post(page, {"content": "default: melt\n"}).status_code == 400
    assert "melt" in alice_client.post(page, {"content": "default: melt\n"}).content.decode()
    assert alice_client.post(page, {"content": "default: replace\n"}).status_code == 302
    assert alice_client.get(f"{page}yaml/?version=1").content == b"default: drop\n"
    form = {"policy_id": "copy", "content": alice_client.get(f"{page}yaml/").content.decode()}
    assert alice_client.post("/deid/policies/new/", form).status_code == 302
    assert DeidPolicy.objects.get(slug="copy").latest.content == {"default": "replace"}


def test_policies_in_the_admin_follow_the_same_rules(admin_client: Client) -> None:
    path = "/admin/deid/deidpolicy/add/"
    form = {"slug": "ops", "title": "", "description": "", "visibility": "everyone",
            "content": "default: melt", "versions-TOTAL_FORMS": "0",
            "versions-INITIAL_FORMS": "0"}  # fmt: skip
    assert b"errorlist" in admin_client.post(path, form).content
    assert admin_client.post(path, form | {"content": "default: drop"}).status_code == 302
    policy = DeidPolicy.objects.get(slug="ops")
    change = f"/admin/deid/deidpolicy/{policy.pk}/change/"
    assert admin_client.post(change, form | {"content": "default: replace"}).status_code == 302
    assert policy.versions.count() == 2


def test_a_file_is_restored_by_a_command(
    alice_client: Client, settings: Any, tmp_path: Any
) -> None:
    content = {"default": "encrypt", "key": "team"}
    post(alice_client, POLICIES, {"policy_id": "sealed", "content": content})
    text = "张三来了\r\n电话13800138000\n"
    body = {"policy_id": "sealed", "text": [text]}
    sealed = post(alice_client, TEST, body).json()["deidentified"][0]
    (tmp_path / "a").write_bytes(sealed.encode())
    call_command("restore_file", "team", str(tmp_path / "a"), str(tmp_path / "b"))
    assert (tmp_path / "b").read_bytes() == text.encode()
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600
    assert AuditEntry.objects.filter(action="deid.restore").count() == 1
    with pytest.raises(CommandError):
        call_command("restore_file", "team", str(tmp_path / "a"), str(tmp_path / "b"))
    with pytest.raises(CommandError, match="nobody"):
        call_command("restore_file", "nobody", str(tmp_path / "a"), str(tmp_path / "c"))


def test_lists_ask_the_database_a_fixed_number_of_times(
    alice_client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        content = {"default": "drop", "allow": [str(number)]}
        post(alice_client, POLICIES, {"policy_id": f"p{number}", "content": content})
    for path in (POLICIES, "/deid/policies/", "/deid/"):
        with django_assert_max_num_queries(12):
            assert alice_client.get(path).status_code == 200
