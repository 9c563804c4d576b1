"""What a launch refuses, each time naming the field; and the command line that it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from core.accounts.actor import Actor
from core.command_template import check_template, command_line
from core.errors import Invalid
from core.execution.models import Lease
from deployments.adapters import check_adapter
from deployments.models import Deployment

pytestmark = pytest.mark.django_db
EN = {"Accept-Language": "en"}


def post(client: Client, **body: Any) -> Any:
    return client.post("/api/v1/deployments", body, "application/json", headers=EN)


@pytest.mark.parametrize(
    "path",
    ["; rm -rf /", "$(touch x)", "a b", "--trust-remote-code", "-x", "a/b/c", "../../etc/passwd",
     "/nowhere/at/all", "a|b", "`id`", "owner/..", " ", "a\tb",
     "0" * 300, "/" + "0" * 300, "~nobody-of-this-name/model", "/dev/fd/0/loop"],
)  # fmt: skip
def test_a_model_is_a_folder_that_is_there_or_a_plain_name(client: Client, path: str) -> None:
    answer = post(client, model_path=path)
    assert answer.status_code == (400 if path.strip() else 422), answer.content
    assert Deployment.objects.count() == Lease.objects.count() == 0


def test_a_link_to_itself_is_no_model(client: Client, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    answer = post(client, model_path=str(tmp_path / "loop"))
    assert (answer.status_code, "There is no model" in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize("path", ["/" + "0" * 300, "~nobody-of-this-name/a", "0" * 300, "x\x00y"])
def test_an_adapter_that_cannot_be_a_folder_is_refused(operator: User, path: str) -> None:
    with pytest.raises(Invalid):
        check_adapter(Actor(operator, "session"), "short", path)


@pytest.mark.parametrize(
    "path",
    ["health", "http://evil/", "//evil/x", "/a/../b", "/%2e%2e/x", "/a?b", "/a#b", "/a b",
     "/a\r\nX: y", "/\\evil", "", "/..", "/;/../x"],
)  # fmt: skip
def test_a_health_path_is_a_path(client: Client, path: str) -> None:
    answer = post(client, model_path="owner/name", health_path=path)
    assert answer.status_code == (400 if path else 422)
    assert "health_path" in answer.content.decode()


@pytest.mark.parametrize("path", ["/", "/health", "/v1/models", "/a.b/~c", "/a;b=c"])
def test_a_plain_health_path_passes(client: Client, path: str) -> None:
    assert post(client, model_path="owner/name", health_path=path).status_code == 201


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ("--port 1", "--port"), ("--port=1", "--port"), ("--por 1", "--port"),
        ("--uds /x", "--uds"), ("--model x", "--model"), ("--api-key s", "--api-key"),
        ("'", "cannot be split"), ("--tensor-parallel-size 0", "--tensor-parallel-size"),
        ("-tp x", "--tensor-parallel-size"), ("-tp 1000000000", "--tensor-parallel-size"),
        ("--gpu-memory-utilization 2", "--gpu-memory-utilization"), ("x\x00", ""),
    ],
)  # fmt: skip
def test_options_that_cannot_be_are_named(client: Client, arguments: str, word: str) -> None:
    answer = post(client, model_path="owner/name", extra_args=arguments)
    unfit = "\x00" in arguments  # no text that can be kept: refused before the rules are asked
    assert answer.status_code == (422 if unfit else 400)
    assert ("extra_args" if unfit else word) in answer.content.decode()
    assert Lease.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [{}, {"model_path": 5}, {"model_path": "a/b", "tags": "x"}, {"model_path": "a/b", "tags": [1]},
     {"model_path": "a/b", "preferred_gpu": "0"}, {"model_path": "a/b", "preferred_gpu": -1},
     {"model_path": "a/b", "preferred_gpu": True}, {"model_path": "a/b", "preferred_gpu": 1.5},
     {"model_path": "a/b", "restart_policy": "always"}, {"model_path": "a/b", "extra_args": []}],
)  # fmt: skip
def test_a_body_that_does_not_fit_is_422(client: Client, body: dict[str, Any]) -> None:
    answer = post(client, **body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "body"


def test_null_is_as_good_as_missing(client: Client) -> None:
    answer = post(client, model_path="owner/name", model_version=None, tags=None, extra_args=None,
                  preferred_gpu=None, health_path=None)  # fmt: skip
    assert answer.status_code == 201
    data = answer.json()
    assert (data["tags"], data["health_path"], data["gpu_id"]) == ([], "/health", None)
    assert data["log_file"].endswith(f"{data['deployment_id']}.log")


def test_shell_signs_stay_one_argument() -> None:
    template = "vllm serve {model_path} --port {port} {extra_args}"
    argv = command_line(
        template, ["--x", "$(id); ls"], model_path="a; b {port}", host="h", port="1", gpu=""
    )
    assert argv == ["vllm", "serve", "a; b {port}", "--port", "1", "--x", "$(id); ls"]


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("vllm serve {model}", "unknown field {model}"),
        ("vllm serve", "{model_path} is missing"),
        ("vllm serve {model_path}", "{port} is missing"),
        ("vllm {model_path.__class__} {port}", "unknown field"),
        ("vllm {model_path!r} {port}", "must be plain"),
        ("vllm {model_path} {port} x={extra_args}", "must stand alone"),
        ("vllm {model_path} {port} {}", "unknown field {}"),
        ("vllm '{model_path} {port}", "No closing quotation"),
        ("vllm {model_path} {port", "expected '}'"),
    ],
)
def test_a_template_that_cannot_work_is_refused(template: str, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        check_template(template)
    assert why in str(refused.value)


def test_a_template_without_extra_args_refuses_them(client: Client, settings: Any) -> None:
    settings.VLLM_CMD_TEMPLATE = "serve {model_path} {port}"
    assert post(client, model_path="owner/name").status_code == 201
    answer = post(client, model_path="owner/name", extra_args="--x")
    assert answer.status_code == 400
    assert "VLLM_CMD_TEMPLATE" in answer.json()["detail"]


def test_a_full_or_missing_log_folder_leaves_nothing(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.DEPLOY_LOG_DIR = tmp_path / "file" / "logs"
    (tmp_path / "file").write_text("not a folder")
    answer = post(client, model_path="owner/name")
    assert answer.status_code == 503
    assert "DEPLOY_LOG_DIR" in answer.json()["detail"]
    assert Deployment.objects.count() == Lease.objects.count() == 0


def test_the_list_filters_as_the_contract_has_it(client: Client) -> None:
    for name, tags in (("owner/Qwen", ["a", "b"]), ("owner/other", ["ab"])):
        assert post(client, model_path=name, tags=tags).status_code == 201

    def found(query: str) -> list[str]:
        answer = client.get(f"/api/v1/deployments?{query}")
        assert answer.status_code == 200
        return [one["model_path"] for one in answer.json()]

    assert found("model=wen") == ["owner/Qwen"]
    assert found("tag=a") == ["owner/Qwen"]
    assert found("tag=c") == []
    assert len(found("status=STARTING")) == 2
    assert found("status=running") == []
    assert client.get("/api/v1/deployments?status=nope").status_code == 400


def test_no_query_grows_with_the_number_of_deployments(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        post(client, model_path="owner/name", tags=["x"])
    with django_assert_max_num_queries(10):
        assert len(client.get("/api/v1/deployments?tag=x").json()) == 3
    for _ in range(6):
        post(client, model_path="owner/name", tags=["x"])
    with django_assert_max_num_queries(10):
        assert len(client.get("/api/v1/deployments?tag=x").json()) == 9
    with django_assert_max_num_queries(14):
        assert client.get("/deployments/").status_code == 200
