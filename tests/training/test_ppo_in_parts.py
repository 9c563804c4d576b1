"""PPO of any size: what is sampled, scored and learnt in parts is what it is as a whole."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.live_platform import ROOT

pytestmark = pytest.mark.training
SCRIPTS = ROOT / "training" / "scripts"
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def found(training_python: str) -> dict[str, Any]:
    """Measured once, in the training environment."""
    done = subprocess.run(
        [training_python, str(Path(__file__).with_name("ppo_in_parts.py")),
         str(ROOT / "training" / "demo" / "sft_demo.jsonl")],
        text=True, capture_output=True, timeout=240,
        env={**os.environ, "PYTHONPATH": str(SCRIPTS), "PYTHONSAFEPATH": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_parts_and_whole_give_the_same_rollout_and_losses(found: dict[str, Any]) -> None:
    assert found["shapes"][0] == found["shapes"][1]
    assert len(set(found["lengths"])) > 1  # so the parts were of several lengths
    assert max(found["differences"].values()) < TOLERANCE, found["differences"]
    for kind in ("figures", "losses"):
        whole, parts = found["whole"][kind], found["parts"][kind]
        assert whole == pytest.approx(parts, abs=TOLERANCE), kind


def test_no_forward_pass_has_more_rows_than_asked_for(found: dict[str, Any]) -> None:
    assert found["whole"]["most"] == dict.fromkeys(("policy", "reference", "critic", "judge"), 8)
    assert found["parts"]["most"] == dict.fromkeys(("policy", "reference", "critic", "judge"), 3)


def test_row_by_row_is_what_the_formulas_say_and_keeps_nothing_beside_the_logits(
    found: dict[str, Any],
) -> None:
    formulas = found["formulas"]
    for name in ("log_probs", "log_probs_rollout", "entropy", "gradient"):
        assert formulas[name] < TOLERANCE, formulas
    assert formulas["kept"] <= 1.01  # the logits themselves
    assert formulas["kept_before"] > 1.5
