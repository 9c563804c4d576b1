"""Each method by its script on the tiny demo: what it prints, what it leaves, what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.live_platform import ROOT
from tests.training.test_scripts import finish, metrics, start

pytestmark = pytest.mark.training

PAIRS = "preference_demo.jsonl"


def demo_config(root: Path, method: str, steps: int = 2, **changes: dict[str, Any]) -> str:
    """The demo's configuration with few steps and no final evaluation."""
    document = yaml.safe_load((root / "configs" / f"demo_{method}.yaml").read_text("utf-8"))
    document.pop("evaluation", None)
    document["training"]["max_steps"] = steps
    for section, values in changes.items():
        document[section] = {**document.get(section, {}), **values}
    return yaml.safe_dump(document, allow_unicode=True)


def run(
    root: Path, python: str, config: str, dataset: str = PAIRS, **environment: str
) -> tuple[int, str]:
    return finish(start(root, python, "rl", config, dataset, **environment))


@pytest.mark.parametrize("method", ["dpo", "ppo"])
def test_lora_leaves_an_adapter(demo_dir: Path, training_python: str, method: str) -> None:
    lora = {"r": 4, "alpha": 8, "dropout": 0.1}
    code, output = run(demo_dir, training_python, demo_config(demo_dir, method, lora=lora))
    assert code == 0, output[-3000:]
    final, used = demo_dir / "output" / "final", demo_dir / "output" / "effective_config.yaml"
    dropout = 0.0 if method == "ppo" else 0.1  # PPO trains without, and says so
    assert yaml.safe_load(used.read_text("utf-8"))["lora"]["dropout"] == dropout
    assert ("lora.dropout 0.1 is not used" in output) is (method == "ppo")
    assert (final / "adapter_model.safetensors").is_file()
    assert not (final / "model.safetensors").exists()


def test_the_references_example_trains_as_it_stands(demo_dir: Path, training_python: str) -> None:
    config = """
job: {type: rl, method: ppo}
model: {policy: qwen-7b-sft, reference: qwen-7b-sft, reward: reward-model-v1}
training:
  rollout_batch_size: 8
  kl_coeff: 0.1
registry: {qwen-7b-sft: demo-policy, reward-model-v1: demo-reward}
"""
    rows = [
        json.dumps({"prompt": f"第{n}问", "chosen": "谢谢", "rejected": "不"}) for n in range(8)
    ]
    (demo_dir / "datasets" / "few.jsonl").write_text("\n".join(rows), "utf-8")
    code, output = run(demo_dir, training_python, config, "few.jsonl")
    assert code == 0, output[-3000:]
    assert [line["step"] for line in metrics(output)] == [1, 2, 3]  # three times over 8 prompts


def test_ppo_on_two_processes(demo_dir: Path, training_python: str) -> None:
    code, output = run(demo_dir, training_python, demo_config(demo_dir, "ppo"), NPROC="2")
    assert code == 0, output[-3000:]
    assert [line["step"] for line in metrics(output)] == [1, 2]
    checkpoint = demo_dir / "output" / "checkpoint-2"
    assert {path.name for path in checkpoint.glob("rng_state_*")} == {
        "rng_state_0.pth",
        "rng_state_1.pth",
    }


@pytest.mark.parametrize(
    ("method", "training", "words"),
    [
        ("ppo", {"rollout_batch_size": 20}, ("rollout_batch_size 20", "multiple", "16")),
        ("grpo", {"num_generations": 5}, ("num_generations 5", "[2, 4, 8, 16, 32]")),
    ],
)
def test_a_rollout_that_cannot_be_shared_out_says_what_can(
    demo_dir: Path, training_python: str, method: str, training: dict[str, int], words: tuple[str]
) -> None:
    config = demo_config(demo_dir, method, training={"max_steps": 1, **training})
    code, output = run(demo_dir, training_python, config)
    assert code == 2, output[-3000:]
    assert all(word in output for word in words), output[-500:]


GOOD = {"prompt": "q", "chosen": "a", "rejected": "b"}
NO_USER = [{"role": "system", "content": "s"}, {"role": "assistant", "content": "a"}]
BAD_ROWS: list[tuple[str, list[Any], tuple[str, ...]]] = [
    ("load_pairs", [GOOD, {"prompt": "q", "chosen": "a"}], ("line 2", "chosen and rejected")),
    ("load_pairs", [GOOD, {**GOOD, "chosen": 5}], ("line 2", "chosen must be text")),
    ("load_pairs", [GOOD, {**GOOD, "rejected": GOOD}], ("line 2", "role must be one of")),
    ("load_pairs", [GOOD, {"messages": []}], ("line 2", "messages")),
    ("load_pairs", [{"prompt": "q", "response": "a", "score": 1}] * 2, ("different scores",)),
    ("load_pairs", [], ("no rows",)),
    ("middle_score", [GOOD, {"prompt": "q", "response": "a"}], ("line 2", "score")),
    ("middle_score", [{"prompt": "q", "response": "a", "score": "1"}], ("line 1", "a number")),
    ("middle_score", [{"prompt": "q", "response": "a", "score": 1}] * 3, ("all scores are 1.0",)),
    ("load_prompts", [GOOD, {"messages": NO_USER}], ("line 2", "no message of the user")),
    ("load_prompts", [GOOD, {"text": "q"}], ("line 2", "known formats")),
    ("load_sft", [GOOD, {"prompt": "q"}], ("line 2", "no output")),
    ("load_sft", [GOOD, b"\xff"], ("line 2", "not UTF-8")),
    ("load_sft", [GOOD, b"[1]"], ("line 2", "not a JSON object")),
    ("load_sft", [GOOD, b"[" * 9000], ("line 2", "not JSON")),
    ("load_sft", [GOOD, {"a": 1}], ("line 2", "known formats")),
    ("load_sft", [GOOD, b'{"prompt": "q", "chosen": "\\ud800"}'], ("line 2", "half a character")),
]
READ_ALL = """
import json, sys
from pathlib import Path
from trainer import data
from trainer.errors import ConfigError
for name, path in json.load(sys.stdin):
    try:
        getattr(data, name)(Path(path))
        print("no error")
    except ConfigError as error:
        print(error)
"""


def as_line(row: Any) -> bytes:
    return row if isinstance(row, bytes) else json.dumps(row).encode()


def test_a_bad_row_names_file_and_line(tmp_path: Path, training_python: str) -> None:
    """All in one process, whose start takes longer than all the reading."""
    cases = []
    for number, (name, rows, _words) in enumerate(BAD_ROWS):
        path = tmp_path / f"rows{number}.jsonl"
        path.write_bytes(b"\n".join(as_line(row) for row in rows))
        cases.append((name, str(path)))
    done = subprocess.run(
        [training_python, "-c", READ_ALL], input=json.dumps(cases), text=True, check=True,
        stdout=subprocess.PIPE, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT / "training" / "scripts"), "PYTHONSAFEPATH": "1"},
    )  # fmt: skip
    said = done.stdout.splitlines()
    assert len(said) == len(BAD_ROWS)
    for number, (message, (_name, _rows, words)) in enumerate(zip(said, BAD_ROWS, strict=True)):
        assert all(word in message for word in (f"rows{number}.jsonl", *words)), message


def test_kto_says_its_threshold_and_a_reward_model_learns_from_scores(
    demo_dir: Path, training_python: str
) -> None:
    code, output = run(demo_dir, training_python, demo_config(demo_dir, "kto"), "scored_demo.jsonl")
    assert code == 0, output[-3000:]
    assert "good from a score of 0.5" in output
    afresh = demo_config(demo_dir, "reward", checkpoint={"resume": False})
    code, output = run(demo_dir, training_python, afresh, "scored_demo.jsonl")
    assert code == 0, output[-3000:]
