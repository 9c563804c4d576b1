"""The training scripts, run as the platform runs them, on a tiny model."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.training

SFT = """
job: {type: sft}
model: {base: demo-tiny}
training: {max_steps: %(steps)s, learning_rate: 5e-3, per_device_train_batch_size: 4}
checkpoint: {save_steps: %(save)s}
"""


def start(
    root: Path, python: str, kind: str, config: str, dataset: str = "sft_demo.jsonl", **extra: str
) -> subprocess.Popen[str]:
    path = root / "configs" / "under_test.yaml"
    path.write_text(config, "utf-8")
    environment = {
        **os.environ,
        "TRAINING_PYTHON": python,
        "LLM_PLATFORM_DATASET": str(root / "datasets" / dataset),
        "LLM_PLATFORM_OUTPUT_DIR": str(root / "output"),
        "LLM_PLATFORM_TRAINING_DIR": str(root),
        **extra,
    }
    return subprocess.Popen(
        ["bash", str(root / "scripts" / f"run_train_full_{kind}.sh"), str(path)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    output, _ = process.communicate(timeout=500)
    return process.returncode, output


def metrics(text: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in text.splitlines() if line.startswith('{"step"')]
    return [line for line in lines if "event" not in line]


def test_sigterm_saves_and_a_resume_loses_and_repeats_no_step(
    training_dir: Path, training_python: str
) -> None:
    config = SFT % {"steps": 40, "save": 1000}
    process = start(training_dir, training_python, "sft", config)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith('{"step": 5,'):
            process.send_signal(signal.SIGTERM)
            break
    code, _output = finish(process)
    assert code == 143
    checkpoints = list((training_dir / "output").glob("checkpoint-*/trainer_state.json"))
    assert len(checkpoints) == 1
    code, output = finish(start(training_dir, training_python, "sft", config))
    assert code == 0, output[-2000:]
    assert "Resuming" in output
    kept = metrics((training_dir / "output" / "metrics.jsonl").read_text())
    assert [line["step"] for line in kept] == list(range(1, 41))


def test_a_torn_checkpoint_is_passed_over(training_dir: Path, training_python: str) -> None:
    torn = training_dir / "output" / "checkpoint-99"
    torn.mkdir(parents=True)
    (torn / "model.safetensors").write_bytes(b"half")
    config = SFT % {"steps": 2, "save": 100}
    code, output = finish(start(training_dir, training_python, "sft", config))
    assert code == 0, output[-2000:]
    assert [line["step"] for line in metrics(output)] == [1, 2]


@pytest.mark.parametrize(
    "row",
    [
        {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]},
        {"prompt": "你好", "chosen": "您好", "rejected": "走开"},
        {"prompt": "你好", "response": "您好", "score": 0.75},
        {"input": "只有输入", "output": "也可以"},
    ],
)  # fmt: skip
def test_every_data_format(training_dir: Path, training_python: str, row: dict[str, Any]) -> None:
    text = (json.dumps(row, ensure_ascii=False) + "\n") * 8
    (training_dir / "datasets" / "d.jsonl").write_text(text, "utf-8")
    config = SFT % {"steps": 1, "save": 100}
    code, output = finish(start(training_dir, training_python, "sft", config, "d.jsonl"))
    assert code == 0, output[-2000:]


@pytest.mark.parametrize(
    ("kind", "config", "words"),
    [
        ("sft", "job: {type: lora}\n", ("job.type", "lora")),
        ("sft", "model: {base: nowhere}\n", ("model.base", "nowhere")),
        ("sft", "training: {max_steps: many}\nmodel: {base: demo-tiny}\n", ("training.max_steps",)),
        ("sft", "- a\n", ("mapping",)),
        ("sft", "a: !!python/object/apply:os.getcwd []\n", ("YAML",)),
        ("sft", "lora: 5\nmodel: {base: demo-tiny}\n", ("lora", "mapping")),
        ("rl", "job: {type: rl}\n", ("model.policy", "ppo")),
        ("sft", "model: {base: demo-tiny}\ntraining: {sharding: fsdp}\n", ("sharding", "GPU")),
    ],
)
def test_a_bad_configuration_names_the_key(
    training_dir: Path, training_python: str, kind: str, config: str, words: tuple[str, ...]
) -> None:
    began = time.monotonic()
    code, output = finish(start(training_dir, training_python, kind, config))
    assert code == 2, output
    errors = [line for line in output.splitlines() if line.startswith("ERROR: ")]
    assert all(word in errors[0] for word in words), errors
    assert time.monotonic() - began < 60


def test_an_unknown_key_is_told_with_its_neighbour(
    training_dir: Path, training_python: str
) -> None:
    config = "model: {base: demo-tiny}\ntraining: {max_step: 1, max_steps: 1}\n"
    code, output = finish(start(training_dir, training_python, "sft", config))
    assert code == 0, output[-2000:]
    assert "did you mean training.max_steps" in output


def spoil(model: Path) -> None:
    """Put one NaN into the weights, as a training that diverged leaves them."""
    path = model / "model.safetensors"
    data = bytearray(path.read_bytes())
    begin = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:begin])
    begin += header["model.norm.weight"]["data_offsets"][0]
    data[begin : begin + 4] = struct.pack("<f", float("nan"))
    path.write_bytes(data)


def strict(text: str) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def test_a_loss_that_is_no_number_ends_the_training_and_leaves_no_checkpoint(
    training_dir: Path, training_python: str
) -> None:
    spoil(training_dir / "models" / "demo-tiny")
    config = SFT % {"steps": 9, "save": 1}
    code, output = finish(start(training_dir, training_python, "sft", config))
    assert code == 3, output[-2000:]
    assert output.count("WARNING: the loss is nan at step 1") == 1
    assert "ERROR: the loss was no finite number in 3 metrics line(s), first at step 1" in output
    lines = (training_dir / "output" / "metrics.jsonl").read_text("utf-8").splitlines()
    found = [strict(line) for line in lines if '"event"' not in line]
    assert [(line["step"], line["loss"], "loss" in line["nonfinite"]) for line in found] == [
        (step, None, True) for step in (1, 2, 3)
    ]
    assert not list((training_dir / "output").glob("checkpoint-*"))
    assert not (training_dir / "output" / "final").exists()


def test_a_training_that_is_to_go_on_without_a_loss_says_so_at_its_end(
    training_dir: Path, training_python: str
) -> None:
    spoil(training_dir / "models" / "demo-tiny")
    config = f"{SFT}evaluation: {{prompts: [a], max_new_tokens: 2, data: sft_demo_eval.jsonl}}\n"
    config = (config % {"steps": 4, "save": 9}).replace(
        "{max_steps", "{nonfinite_patience: 0, max_steps"
    )
    code, output = finish(start(training_dir, training_python, "sft", config))
    assert code == 0, output[-2000:]
    assert "WARNING: the loss was no finite number in 4 metrics line(s)" in output.splitlines()[-1]
    found = strict((training_dir / "output" / "evaluation.json").read_text("utf-8"))
    assert found["trained"] == {"loss": None, "perplexity": None}
    assert {"base.loss", "trained.loss"} <= set(found["nonfinite"])


def test_a_bad_row_names_its_line(training_dir: Path, training_python: str) -> None:
    good = b'{"input": "a", "output": "b"}\n'
    (training_dir / "datasets" / "bad.jsonl").write_bytes(good * 2 + b"not json\n")
    config = SFT % {"steps": 1, "save": 100}
    code, output = finish(start(training_dir, training_python, "sft", config, "bad.jsonl"))
    assert code == 2
    assert "bad.jsonl, line 3: not JSON" in output


def test_target_modules_that_the_model_lacks(training_dir: Path, training_python: str) -> None:
    config = (
        "job: {type: lora}\nmodel: {base: demo-tiny}\nlora: {target_modules: [query_key_value]}\n"
    )
    code, output = finish(start(training_dir, training_python, "lora", config))
    assert code == 2
    assert "query_key_value" in output
    assert "q_proj" in output
