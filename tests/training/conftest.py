"""A training directory with the demo in it, and the environment that trains."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from projects.management.commands.make_demo import copy_material, make_base, make_models
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
def demo_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo's models are made once, whichever of several workers comes first."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    return shared / "demo"


@contextmanager
def one_at_a_time(root: Path) -> Iterator[None]:
    with root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def demo_model(training_python: str, demo_root: Path) -> Path:
    """The demo's tiny model, made once."""
    with one_at_a_time(demo_root):
        if not demo_root.exists():  # else somebody may be reading it
            copy_material(ROOT / "training", demo_root)
        make_base(demo_root, training_python, print)
    return demo_root / "models" / "demo-tiny"


@pytest.fixture(scope="session")
def demo_material(demo_model: Path, demo_root: Path, training_python: str) -> Path:
    """A training directory with all of the demo: policy and reward model too, made once."""
    with one_at_a_time(demo_root), pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRAINING_PYTHON", training_python)
        make_models(demo_root, print)
    return demo_root


@pytest.fixture
def training_dir(demo_model: Path, tmp_path: Path) -> Path:
    """With the tiny model alone: enough for what needs no policy or reward model."""
    root = tmp_path / "training"
    copy_material(ROOT / "training", root)
    shutil.copytree(demo_model, root / "models" / "demo-tiny")
    return root


@pytest.fixture
def demo_dir(demo_material: Path, tmp_path: Path) -> Path:
    """With everything that the demo's configurations name."""
    return Path(shutil.copytree(demo_material, tmp_path / "training"))
