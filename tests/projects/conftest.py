"""A project whose runs are made but that nobody launches: no worker runs in these tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from core.accounts.actor import Actor
from core.execution.hosts import host_report
from core.execution.models import Host
from projects.models import Project, Run
from projects.runs.paths import run_folder
from projects.services import project_create

CONFIG = """# A comment.
job: {type: sft}
model: {base: tiny}
training:
  max_steps: 10
  learning_rate: 1e-3
"""


@pytest.fixture
def training(settings: Any) -> Path:
    root = Path(settings.HOST_TRAINING_DIR)
    for name in ("datasets", "configs", "scripts"):
        (root / name).mkdir()
    (root / "datasets" / "d.jsonl").write_text('{"prompt": "a", "completion": "b"}\n')
    (root / "configs" / "c.yaml").write_text(CONFIG)
    return root


@pytest.fixture
def project(alice: User, training: Path) -> Project:
    """alice's, and private."""
    return project_create(
        actor=Actor(alice, "session"), name="p", dataset_name="d.jsonl", training_yaml_name="c.yaml"
    )


@pytest.fixture
def declare(settings: Any, tmp_path: Path) -> Any:
    """Declares that this host has so many GPUs, or another host of a name."""

    def declared(count: int, host: str | None = None) -> None:
        gpus = [{"index": index, "memory_total": 80 * 2**30} for index in range(count)]
        if host is not None:
            Host.objects.update_or_create(name=host, defaults={"gpus": gpus})
            return
        path = tmp_path / "gpus.json"
        path.write_text(json.dumps({"gpus": gpus}))
        settings.GPU_INVENTORY = str(path)
        host_report()

    return declared


def leave_checkpoint(run: Run, step: int, *, whole: bool = True) -> Path:
    """What a training leaves at a step; one that was killed while writing it is not whole."""
    folder = run_folder(run).output / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights" * step)
    if whole:
        (folder / "trainer_state.json").write_text("{}")
    return folder


def log_points(run: Run, *steps: int, **more: Any) -> None:
    with run_folder(run).log.open("a") as log:
        for step in steps:
            log.write(json.dumps({"step": step, "max_steps": 10, "loss": 1 / step, **more}) + "\n")
