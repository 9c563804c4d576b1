"""What of the worker's environment its children get."""

from __future__ import annotations

from typing import Any

import pytest

from core.environment import VARIABLES
from core.execution.child_environment import passed


@pytest.mark.parametrize(
    "name",
    ["PATH", "HOME", "LC_CTYPE", "CUDA_HOME", "NCCL_DEBUG", "TOKENIZERS_PARALLELISM", "HF_TOKEN",
     "no_proxy", "HTTPS_PROXY", "TRAINING_PYTHON", "VLLM_CPU_KVCACHE_SPACE", "NODE_RANK"],
)  # fmt: skip
def test_the_usual_ones_pass(name: str) -> None:
    assert passed({name: "x"}) == {name: "x"}


@pytest.mark.parametrize(
    "name",
    ["GITHUB_TOKEN", "AWS_ACCESS_KEY_ID", "PGPASSWORD", "PYTHONPATH", "VIRTUAL_ENV",
     "WANDB_API_KEY", "VLLM_API_KEY", "HF_SECRET", "MLFLOW_TRACKING_PASSWORD", "SSH_AUTH_SOCK",
     "DOCKER_HOST",
     "PLATFORM_ANYTHING", "DJANGO_SETTINGS_MODULE", "PIP_PASSWORD", "X"],
)  # fmt: skip
def test_others_stay(name: str) -> None:
    assert passed({name: "x"}) == {}


def test_an_operator_adds_some_but_none_of_the_platforms(settings: Any) -> None:
    settings.CHILD_ENVIRONMENT = ["WANDB_API_KEY", "MY_*", "SECRET_KEY", "PLATFORM_*", "*"]
    ours = {variable.name: "x" for variable in VARIABLES} | {"PLATFORM_AUTH": "x"}
    theirs = {"WANDB_API_KEY": "x", "MY_ONE": "x"}
    assert passed({**ours, **theirs, "OTHER": "x"}) == theirs
