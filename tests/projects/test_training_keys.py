"""The keys of training configurations: described, of one piece, and checked with the line named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.support.live_platform import ROOT
from training.scripts.trainer.schema import (
    FILE,
    FREE_KEYS,
    METHODS,
    MODEL,
    OUTPUT,
    SECTIONS,
    Key,
    key_of,
    method_of,
    named_files,
)
from training.scripts.trainer.validate import Problem, check, fit

KEYS = [key for keys in SECTIONS.values() for key in keys]
CHINESE = re.compile("[\u4e00-\u9fff]")
TRAINING = ROOT / "training"
EXAMPLES = sorted([*(TRAINING / "configs").glob("*_config.yaml"), *TRAINING.glob("demo/*.yaml")])

# As they stand in the API reference.
REFERENCE = {
    "sft": """\
job:
  type: sft
  project: spring-poem
model:
  base: qwen-7b
training:
  max_steps: 1000
  learning_rate: 5e-5
  per_device_train_batch_size: 4
""",
    "lora": """\
job:
  type: lora
model:
  base: qwen-7b
lora:
  r: 8
  alpha: 16
  target_modules: [query_key_value]
training:
  max_steps: 800
""",
    "ppo": """\
job:
  type: rl
  method: ppo
model:
  policy: qwen-7b-sft
  reference: qwen-7b-sft
  reward: reward-model-v1
training:
  rollout_batch_size: 8
  kl_coeff: 0.1
""",
}
SFT = "job: {type: sft}\nmodel: {base: m}\n"  # what a case adds begins in line 3


def problems(text: str | bytes) -> list[Problem]:
    data = text if isinstance(text, bytes) else text.encode()
    return check(data, "c.yaml").problems


def only(text: str | bytes) -> Problem:
    (problem,) = problems(text)
    return problem


def by_name(path: Path) -> str:
    return path.name


# --- The documents


def test_the_document_of_keys_is_current() -> None:
    call_command("describe_training", "--check")


def test_a_stale_document_is_told_and_written_anew(settings: Any, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(SystemExit, match=r"training-keys\.md; run manage\.py describe_training"):
        call_command("describe_training", "--check")
    call_command("describe_training")
    call_command("describe_training", "--check")
    text = (tmp_path / "docs" / "training-keys.md").read_text("utf-8")
    assert all(f"| `{name}` |" in text for name in [*(key.path for key in KEYS), *FREE_KEYS])


def test_the_guides_examples_have_no_problem() -> None:
    guide = (ROOT / "docs" / "training.md").read_text("utf-8")
    examples = re.findall(r"^```yaml\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    assert len(examples) == 14  # seven, in two languages
    assert [problem.message() for text in examples for problem in problems(text)] == []
    assert examples[:7] == examples[7:]


# --- The schema


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.path)
def test_a_key_is_of_one_piece(key: Key) -> None:
    assert key.help("en") and not CHINESE.search(key.help("en"))
    assert CHINESE.search(key.help("zh-hans"))
    assert key_of(key.path) is key
    assert set(key.methods) <= {*METHODS, "merge"}
    assert fit(key, key.default) == key.default


def test_no_two_keys_share_a_path() -> None:
    paths = [key.path for key in KEYS]
    assert len(paths) == len(set(paths))


def test_the_free_keys_are_explained_in_both_languages() -> None:
    assert all(english and CHINESE.search(chinese) for english, chinese in FREE_KEYS.values())


# --- Examples


@pytest.mark.parametrize("path", EXAMPLES, ids=by_name)
def test_an_example_that_we_ship_has_no_problem(path: Path) -> None:
    assert [problem.message() for problem in problems(path.read_bytes())] == []


@pytest.mark.parametrize("method", REFERENCE)
def test_an_example_of_the_reference_has_no_problem(method: str) -> None:
    checked = check(REFERENCE[method].encode(), "c.yaml")
    assert [problem.message() for problem in checked.problems] == []
    assert method_of(checked.document) == method


def test_values_are_of_their_kind_and_defaults_filled_in() -> None:
    values = check(REFERENCE["sft"].encode(), "c.yaml").values
    assert values["training"]["learning_rate"] == 5e-5  # text in YAML 1.1
    assert values["training"]["seed"] == 42
    assert values["model"] == {
        "base": "qwen-7b", "policy": None, "reference": None, "reward": None, "adapter": None,
    }  # fmt: skip


# --- Warnings


@pytest.mark.parametrize(
    ("added", "english", "chinese"),
    [
        (
            "training:\n  warmup: 9\n",
            "line 4: unknown key training.warmup is ignored; did you mean training.warmup_steps?",
            "第 4 行：未知的键 training.warmup 被忽略；您是否想写 training.warmup_steps？",
        ),
        (
            "trainning: {seed: 1}\n",
            "line 3: unknown key trainning is ignored; did you mean training?",
            "第 3 行：未知的键 trainning 被忽略；您是否想写 training？",
        ),
        ("zzz: 1\n", "line 3: unknown key zzz is ignored", "第 3 行：未知的键 zzz 被忽略"),
        (
            "training:\n  seed: 1\n  ppo_epochs: 2\n",
            "line 5: training.ppo_epochs has no effect with sft",
            "第 5 行：training.ppo_epochs 对 sft 无效",
        ),
        (
            "training:\n  seed: 1\n  seed: 2\n",
            "line 5: training.seed is given twice; the last one counts",
            "第 5 行：training.seed 重复出现，以最后一个为准",
        ),
        (
            "model: {base: n}\n",
            "line 3: model is given twice; the last one counts",
            "第 3 行：model 重复出现，以最后一个为准",
        ),
    ],
    ids=["near key", "near section", "no neighbour", "no effect", "key twice", "section twice"],
)
def test_a_warning_names_key_and_line(added: str, english: str, chinese: str) -> None:
    found = problems(SFT + added)
    assert {problem.level for problem in found} == {"warning"}
    assert english in [problem.message("en") for problem in found]
    assert chinese in [problem.message("zh-hans") for problem in found]


def test_of_a_key_that_is_given_twice_the_last_one_counts() -> None:
    checked = check(f"{SFT}training:\n  seed: 1\n  seed: 2\n".encode(), "c.yaml")
    assert checked.values["training"]["seed"] == 2


# --- Errors


@pytest.mark.parametrize(
    ("added", "english", "chinese"),
    [
        (
            "training:\n  max_steps: many\n",
            "line 4: training.max_steps must be a whole number of at least 0, not 'many'",
            "第 4 行：training.max_steps 应为：不小于 0 的整数，而不是 'many'",
        ),
        (
            "training: {max_steps: 1.5}\n",
            "line 3: training.max_steps must be a whole number of at least 0, not 1.5",
            "第 3 行：training.max_steps 应为：不小于 0 的整数，而不是 1.5",
        ),
        (
            "training:\n  seed: true\n",
            "line 4: training.seed must be a whole number of at least 0, not True",
            "第 4 行：training.seed 应为：不小于 0 的整数，而不是 True",
        ),
        (
            "training:\n  learning_rate: -1\n",
            "line 4: training.learning_rate must be a number from 0 to 10, not -1",
            "第 4 行：training.learning_rate 应为：0 到 10 的数字，而不是 -1",
        ),
        (
            "training:\n  learning_rate: .nan\n",
            "line 4: training.learning_rate must be a number from 0 to 10, not nan",
            "第 4 行：training.learning_rate 应为：0 到 10 的数字，而不是 nan",
        ),
        (
            "training:\n  sharding: zero\n",
            "line 4: training.sharding must be one of none, fsdp, deepspeed, not 'zero'",
            "第 4 行：training.sharding 应为：none, fsdp, deepspeed 之一，而不是 'zero'",
        ),
        (
            "training:\n  packing: 1\n",
            "line 4: training.packing must be true or false, not 1",
            "第 4 行：training.packing 应为：true 或 false，而不是 1",
        ),
        (
            "evaluation:\n  prompts: 你好\n",
            "line 4: evaluation.prompts must be a list of texts, not '你好'",
            "第 4 行：evaluation.prompts 应为：文本列表，而不是 '你好'",
        ),
        (
            "training: [1]\n",
            "line 3: training must be a mapping (key: value)",
            "第 3 行：training 必须是映射（键: 值）",
        ),
    ],
    ids=["text", "fraction", "truth", "range", "nan", "choice", "bool", "texts", "section"],
)
def test_a_wrong_value_names_key_line_and_what_is_allowed(
    added: str, english: str, chinese: str
) -> None:
    problem = only(SFT + added)
    assert problem.level == "error"
    assert problem.message("en") == english
    assert problem.message("zh-hans") == chinese


@pytest.mark.parametrize(
    ("method", "needed"),
    [
        ("sft", {"base"}),
        ("lora", {"base"}),
        ("reward", {"base"}),
        ("ppo", {"policy", "reward"}),
        ("grpo", {"policy", "reward"}),
        ("rloo", {"policy", "reward"}),
        ("dpo", {"policy"}),
        ("kto", {"policy"}),
        ("merge", {"adapter"}),
    ],
)
def test_a_missing_model_is_an_error(method: str, needed: set[str]) -> None:
    found = problems(f"job: {{type: {method}}}\n")
    assert {problem.level for problem in found} == {"error"}
    assert {problem.message("en") for problem in found} == {
        f"model.{role} is needed for {method}" for role in needed
    }
    assert {problem.message("zh-hans") for problem in found} == {
        f"{method} 需要 model.{role}" for role in needed
    }


def test_a_reward_model_may_start_from_what_is_called_a_policy() -> None:
    assert problems("job: {type: reward}\nmodel: {policy: m}\n") == []


@pytest.mark.parametrize("kind", ["rl", "ppo"])
def test_rl_is_ppo_if_nothing_is_said(kind: str) -> None:
    text = f"job: {{type: {kind}}}\nmodel: {{policy: m, reward: r}}\ntraining: {{ppo_epochs: 2}}\n"
    assert problems(text) == []


# --- What cannot be read


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("job: {type: sft}\nmodel: {base: m\ntraining: {seed: 1}\n", 3),
        ("job:\n  type: sft\n\tmodel: m\n", 3),
        ("job: {type: sft}\nmodel: *nowhere\n", 2),
        ("job: {type: sft}\n---\nmodel: {base: m}\n", 2),
        ("job: !!python/object:os.system {}\n", 1),
    ],
    ids=["bracket", "tab", "alias", "two documents", "object"],
)
def test_broken_yaml_names_the_line(text: str, line: int) -> None:
    problem = only(text)
    assert (problem.level, problem.code, problem.line) == ("error", "bad_yaml", line)
    assert problem.message("en").startswith(f"line {line}: not valid YAML: ")
    assert problem.message("zh-hans").startswith(f"第 {line} 行：不是合法的 YAML：")


@pytest.mark.parametrize("data", [b"", b"- job\n", b"sft\n", b"null\n"])
def test_what_is_no_mapping_is_told(data: bytes) -> None:
    assert only(data).message("en") == "line 1: c.yaml must be a mapping (key: value)"


@pytest.mark.parametrize("data", [b"job: \xff\xfe\n", b"job: \x00\n", "项目: 一".encode("gb18030")])
def test_what_is_no_text_is_told(data: bytes) -> None:
    assert (only(data).code, only(data).level) == ("bad_yaml", "error")


def test_a_file_of_6_mib_is_refused() -> None:
    problem = only(b"#" * (6 * 1024 * 1024))
    assert (problem.level, problem.line) == ("error", None)
    assert problem.message("en") == "the file is larger than 5 MiB"
    assert problem.message("zh-hans") == "文件大于 5 MiB"


def bomb(levels: int, width: int) -> str:
    """`width` to the power of `levels` values, by aliases of aliases."""
    lines = [f"a0: &a0 [{', '.join(['x'] * width)}]"]
    lines += [
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]"
        for level in range(1, levels)
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "text",
    [bomb(levels=20, width=10), "a: [" + "1, " * 60_000 + "1]\n"],
    ids=["aliases", "values"],
)
def test_a_bomb_is_refused_before_it_grows(text: str) -> None:
    problem = only(text)
    assert (problem.level, problem.code) == ("error", "too_complex")
    assert problem.message("en").endswith(": too many values or aliases")
    assert problem.message("zh-hans").endswith("：值或别名过多")


def test_errors_come_before_warnings_each_in_the_order_of_lines() -> None:
    found: list[tuple[str, Any]] = [
        (problem.level, problem.line)
        for problem in problems(f"{SFT}zzz: 1\ntraining:\n  packing: 1\n  seed: x\nyyy: 1\n")
    ]
    assert found == [("error", 5), ("error", 6), ("warning", 3), ("warning", 7)]


# --- What lies on disk


def test_every_file_that_a_configuration_names_is_told() -> None:
    document = {
        "job": {"type": "dpo"},
        "model": {"policy": "mine", "reward": "shared", "base": 5},
        "data": {"train": "datasets/a.jsonl"},
        "evaluation": {"data": "held.jsonl"},
        "registry": {"mine": "/models/a", "odd": ["x"]},
        "output_dir": "checkpoints/x",
    }
    assert named_files(document, FILE) == {
        "data.train": "datasets/a.jsonl",
        "evaluation.data": "held.jsonl",
    }
    assert named_files(document, MODEL) == {
        "model.policy": "/models/a",
        "model.reward": "shared",
        "registry.mine": "/models/a",
    }
    assert named_files(document, OUTPUT) == {"output_dir": "checkpoints/x"}
    assert len(named_files(document)) == 6


@pytest.mark.parametrize("odd", [None, 5, "x", [1], {}])
def test_sections_that_are_none_name_no_file(odd: Any) -> None:
    assert named_files({"model": odd, "data": odd, "evaluation": odd, "registry": odd}) == {}
