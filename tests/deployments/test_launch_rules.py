"""Allow-lists for what a launch may load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from core.accounts.actor import Actor
from core.errors import Forbidden, Invalid
from deployments.rules.launch_rules import check_extra_args, check_model_path, split_extra_args

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    ["--trust-remote-code", "--trust_remote_code", "--trust-remote", "--tru", "--config x.yaml",
     "--trust-remote-code=1", "--allowed-local-media-path /",
     "--max-model-len 5 --middleware evil.Code", "--hf-overrides.architectures x",
     "--hf_overrides {}", "--worker-extension-cls=a.B", "'--trust-remote-code'", "--host 0.0.0.0"],
)  # fmt: skip
def test_a_flag_that_loads_code_needs_an_operator(alice: User, operator: User, text: str) -> None:
    arguments = split_extra_args(text)
    with pytest.raises(Forbidden):
        check_extra_args(Actor(alice, "session"), arguments)
    check_extra_args(Actor(operator, "session"), arguments)


@pytest.mark.parametrize("text", ["", "--max-model-len 4096 --dtype bfloat16", "-tp 2", "-O3"])
def test_other_flags_are_a_data_scientists_too(alice: User, text: str) -> None:
    check_extra_args(Actor(alice, "session"), split_extra_args(text))


def test_an_allow_list_names_what_is_allowed(operator: User, settings: Any) -> None:
    settings.ENGINE_FLAGS = ["--max-model-len", "--dtype"]
    actor = Actor(operator, "session")
    check_extra_args(actor, split_extra_args("--max_model_len=8 --dtype auto"))
    with pytest.raises(Invalid, match="--max-model-len"):
        check_extra_args(actor, split_extra_args("--enforce-eager"))


@pytest.mark.parametrize("text", ["'open", "a\0b", "x" * 5000, "a\x1bb"])
def test_what_cannot_be_split_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        split_extra_args(text)


def test_shell_signs_are_plain_text() -> None:
    assert split_extra_args("--x $(id) ; rm -rf / | `y`")[:3] == ["--x", "$(id)", ";"]


def test_models_come_from_their_roots(tmp_path: Path, settings: Any) -> None:
    check_model_path("anything/at-all")
    settings.MODEL_ROOTS = [str(tmp_path / "models")]
    (tmp_path / "models" / "good").mkdir(parents=True)
    (tmp_path / "models" / "link").symlink_to("/etc")
    check_model_path(str(tmp_path / "models" / "good"))
    for bad in ("/etc", str(tmp_path / "models" / ".." / "x"), str(tmp_path / "models" / "link"),
                "owner/name", "", str(tmp_path / "models-of-others")):  # fmt: skip
        with pytest.raises(Invalid, match="models"):
            check_model_path(bad)
