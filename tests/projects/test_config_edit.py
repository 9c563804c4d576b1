"""A change by the form or the API: the value is what was asked, the rest is as it was written."""

from __future__ import annotations

import copy
import random
import re
from typing import Any

import pytest

from core.safe_yaml import load_mapping
from projects.configs.form import apply_changes

TEXT = """\
# Our first try.
job: {type: sft}  # kind

# The model
model:
    base: "tiny"   # quoted
    # about adapters
training:
    max_steps: 10 # ten
    learning_rate: 5e-5
    # last words of training

# About LoRA
lora:
    r: 8
    target_modules:
      - q_proj # q
      - v_proj
# The end.
evaluation:
"""


def changed(changes: dict[str, Any], text: str = TEXT) -> str:
    return apply_changes(text.encode(), "c.yaml", changes).decode()


def test_one_value_is_one_line() -> None:
    found = changed({"training.max_steps": 20})
    assert found == TEXT.replace("max_steps: 10", "max_steps: 20")


def test_a_new_key_ends_its_section() -> None:
    found = changed(
        {"training.seed": 7, "evaluation.data": "held.jsonl", "checkpoint.resume": False}
    )
    assert "    learning_rate: 5e-5\n    seed: 7\n    # last words of training\n\n# About" in found
    assert (
        "# The end.\nevaluation:\n    data: held.jsonl\ncheckpoint:\n    resume: false\n" in found
    )


def test_a_removed_key_takes_its_own_words_alone() -> None:
    found = changed({"training.max_steps": None, "lora.target_modules": None, "model.base": None})
    for words in ("# ten", "# q\n", "# quoted"):
        assert words not in found
    for words in ("# about adapters", "# last words of training", "# The end.", "# kind"):
        assert words in found


def test_a_list_is_replaced_as_one() -> None:
    found = changed({"lora.target_modules": ["k_proj", "o_proj"]})
    assert "    target_modules: [k_proj, o_proj]\n# The end.\n" in found


@pytest.mark.parametrize(
    "value",
    ["yes", "1e-5", "1:30", "~", "012", "a: b", "*x", "# no comment", "", " ", "a\nb",
     "多行\n\n文本", "'", '"', "2024-01-01", "0x1f", "null", 1e-05, 0.1, 10**18, True, -3, [],
     ["yes", 1e-7, None], {"a": {"b": "off"}}, "x" * 500, "é\u2028"],
)  # fmt: skip
def test_a_value_is_read_as_it_was_given(value: Any) -> None:
    found = changed({"training.note": value, "job.project": value})
    document = load_mapping(found.encode(), field="c")
    assert (document["training"]["note"], document["job"]["project"]) == (value, value)
    assert "# The end." in found


@pytest.mark.parametrize(
    "text",
    ["a: 1\na: 2\n", "a: yes\nb: 0o17\nc: 012\nd: 1:30\ne: 2024-01-01\n",
     "%YAML 1.1\n---\na: 1\n", "---\na: 1\n...\n", "\ufeffa: 1\r\nb: 2 # c\r\n",
     "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n", "a: !!str 5\nb: !!int '7'\n",
     "a: |\n  x\n  y\nb: >-\n  folded\n  text\n", "{a: 1, b: [2, 3]}\n",
     "? a\n: 1\n", "'a b': 1\n", "a: .nan\nb: .inf\n", "a:\n- 1\n- b: 2\n  c: 3\n"],
)  # fmt: skip
def test_whatever_the_text_the_other_values_stay(text: str) -> None:
    before = load_mapping(text.encode(), field="c")
    after = load_mapping(changed({"training.seed": 5}, text).encode(), field="c")
    assert after.pop("training") == {"seed": 5}
    assert repr(after) == repr(before)


def random_text(chance: random.Random) -> str:
    """Sections with a comment before and beside each line."""
    indent, number, lines = " " * chance.choice([2, 4]), 0, []

    def note(prefix: str) -> None:
        nonlocal number
        number += 1
        lines.append(f"{prefix}# before {number}")
        if chance.random() < 0.2:
            lines.append("")

    for section in chance.sample(["job", "model", "training", "lora"], 3):
        note("")
        lines.append(f"{section}:" + chance.choice(["", f" # beside {section}"]))
        for key in chance.sample("abcdef", chance.randint(1, 4)):
            if chance.random() < 0.5:
                note(indent)
            if chance.random() < 0.2:
                lines.append(f"{indent}{key}:")
                lines += [f"{indent}- {chance.randrange(9)} # item" for _ in range(2)]
            else:
                lines.append(f"{indent}{key}: {chance.randrange(99)} # beside {section}.{key}")
    note("")
    return "\n".join(lines) + "\n"


def expected(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    found = copy.deepcopy(document)
    for path, value in changes.items():
        section, key = path.split(".")
        if value is None:
            found.get(section, {}).pop(key, None)
        else:
            found.setdefault(section, {})[key] = value
    return found


def test_random_changes_leave_every_comment_that_is_about_something_else() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(150):
        text = random_text(chance)
        paths = [f"{chance.choice(['job', 'model', 'training', 'lora'])}.{key}" for key in "abcxy"]
        values = [None, 5, "yes", 1e-6, ["a", "b"], {"x": 1}]
        changes = {path: chance.choice(values) for path in chance.sample(paths, 3)}
        found = changed(changes, text)
        document = load_mapping(text.encode(), field="c")
        assert load_mapping(found.encode(), field="c") == expected(document, changes), text
        own = re.findall(r"# before \d+\b|# beside \w+$", text, re.MULTILINE)
        beside = re.findall(r"# beside (\w+\.\w+)", text)
        kept = [f"# beside {path}" for path in beside if changes.get(path, 0) is not None]
        lost = [words for words in own + kept if words not in found]
        assert not lost, (changes, text, found)
