"""A training directory with the demo in it, and the environment that trains."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.live_platform import ROOT

VENV_PYTHON = ROOT / "training" / ".venv" / "bin" / "python"


@pytest.fixture(scope="session")
def training_python() -> str:
    """The Python of the training environment; made on first use by the product's own script."""
    environment = {key: value for key, value in os.environ.items() if key != "TRAINING_PYTHON"}
    done = subprocess.run(
        ["bash", str(ROOT / "training" / "scripts" / "setup_environment.sh")],
        check=True, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    return done.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="session")
def demo_model(training_python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's tiny model, made once."""
    model = tmp_path_factory.mktemp("models") / "demo-tiny"
    demo = ROOT / "training" / "demo"
    subprocess.run(
        [training_python, str(ROOT / "training" / "scripts" / "make_tiny_model.py"), str(model),
         str(demo / "sft_demo.jsonl"), str(demo / "sft_demo_eval.jsonl")],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return model


@pytest.fixture
def training_dir(demo_model: Path, tmp_path: Path) -> Path:
    root = tmp_path / "training"
    shutil.copytree(ROOT / "training" / "scripts", root / "scripts")
    shutil.copyfile(ROOT / "training" / "requirements.txt", root / "requirements.txt")
    shutil.copytree(demo_model, root / "models" / "demo-tiny")
    for name in ("datasets", "configs"):
        (root / name).mkdir()
    for source in (ROOT / "training" / "demo").glob("*.jsonl"):
        shutil.copy(source, root / "datasets")
    for source in (ROOT / "training" / "demo").glob("*.yaml"):
        shutil.copy(source, root / "configs")
    return root
