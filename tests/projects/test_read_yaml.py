"""One reader for every document that people give: plain data or a refusal, and in no long time."""

from __future__ import annotations

import random
import time

import pytest
from django.test import Client

from core.errors import Invalid
from core.safe_yaml import load_mapping
from projects.configs import inputs
from projects.models import Project
from tests.projects.conftest import CONFIG
from training.scripts.trainer import read_yaml as reader
from training.scripts.trainer.read_yaml import BAD_YAML, TOO_COMPLEX, Unreadable, read_yaml
from training.scripts.trainer.validate import check

MERGED = "a: &a {b: 1}\nc: {<<: [" + "*a, " * 90 + "*a]}\n"
ALIASED = "a: &a {r: 8}\nb: *a\nc: [*a, &n x, *n]\n"
WIDE = "a: &a [" + "x, " * 999 + "x]\nb: [" + "*a, " * 50 + "*a]\n"


@pytest.mark.parametrize("text", [ALIASED, MERGED], ids=["aliases", "merges"])
def test_aliases_of_a_sensible_size_are_read(text: str) -> None:
    document, _node = read_yaml(text.encode())
    assert document["a"] == document.get("b", {"b": 1})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (WIDE, TOO_COMPLEX),  # few aliases, but each is long
        ("".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9 if n else ''}x]\n" for n in range(9)),
         TOO_COMPLEX),
        ("a: &a [*a]\n", TOO_COMPLEX),  # holds itself
        ("a: &a {b: {c: *a}}\n", TOO_COMPLEX),
        ("a: " + "[" * 100_000, TOO_COMPLEX),
        ("a: " + "{b: " * 60, TOO_COMPLEX),
        ("a: 1" + ":59" * 100_000, BAD_YAML),  # quadratic to read
        ("a: 0x" + "f" * 4_000_000, BAD_YAML),
        ("a: " + "9" * 5000, BAD_YAML),
        ("a: *nowhere", BAD_YAML),
        ("a: 1\n---\nb: 1\n", BAD_YAML),
    ],
)  # fmt: skip
def test_what_would_grow_is_refused_at_once(text: str, code: str) -> None:
    began = time.monotonic()
    with pytest.raises(Unreadable) as refused:
        read_yaml(text.encode())
    assert refused.value.code == code
    assert time.monotonic() - began < 2


TAGS = (
    "null", "bool", "int", "float", "binary", "timestamp", "omap", "pairs", "set", "str", "seq",
    "map", "merge", "value", "python/object/apply:os.getcwd", "python/name:os.system", "x",
)  # fmt: skip
VALUES = ("", "''", "x", "1", "-", "=", "<<", "[]", "{}", "[1]", "[{a: 1}]", "9999-99-99",
          "0001-01-01 00:00:00 +99:99", ".nan", "0b", "0x", "1:", "\x00", "\ud7ff")  # fmt: skip


def test_a_value_that_is_not_of_its_tag_is_a_refusal_and_no_crash() -> None:
    cases = [f"a: !!{tag} {value}\n" for tag in TAGS for value in VALUES]
    cases += [f"!!{tag} {value}: 1\n" for tag in TAGS for value in VALUES]
    for text in cases:
        try:
            read_yaml(text.encode())
        except Unreadable as refused:
            assert refused.code == BAD_YAML, text
        check(text.encode(), "c.yaml")


def test_random_texts_are_read_or_refused() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    parts = [
        *"abc:-[]{},&*!|>'\"#%@`\n\n  \t?",
        "a: ",
        "- ",
        "&a ",
        "*a",
        "<<: ",
        "!!int ",
        "~",
        "1",
    ]
    for _ in range(3000):
        text = "".join(chance.choices(parts, k=chance.randrange(1, 30)))
        try:
            load_mapping(text.encode(), field="x")
        except Invalid as refused:
            assert refused.message.startswith("x ")
        check(text.encode(), "c.yaml")


def test_a_configuration_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = []
    parse = reader.yaml.parse
    monkeypatch.setattr(
        reader.yaml, "parse", lambda text, **more: parsed.append(text) or parse(text, **more)
    )
    for name in ("load", "compose", "load_all"):
        monkeypatch.delattr(reader.yaml, name)
    assert inputs.asked_in(CONFIG.encode(), "c.yaml").method == "sft"
    assert parsed == [CONFIG]


ODD = (
    WIDE, MERGED, "a: " + "[" * 100_000, "!!python/object/apply:os.system ['id']", "a: !!int ''\n",
    "job: {type: sft}\nmodel: {base: x}\ntraining: {max_steps: " + "9" * 5000 + ", seed: 1e400}\n",
    "training: {max_steps: 0x" + "f" * 900_000 + "}\n", "a: 1" + ":59" * 100_000,
    "a: 9999-99-99\nb: 0001-01-01 00:00:00 +99:99\n", "a: !!timestamp x\n", 'a: "\\uD800"\n',
    "a: 1\n" * 60_000, "training: {learning_rate: .nan}\n",
)  # fmt: skip


def test_no_document_breaks_the_api_or_the_form(client: Client, project: Project) -> None:
    api, page = f"/api/projects/{project.id}/runs", f"/projects/{project.id}/runs/new/"
    for text in ODD:
        began = time.monotonic()
        answers = [
            client.post("/api/training/check", {"config": text}, "application/json"),
            client.post(api, {"config": text}, "application/json"),
            client.post(page, {"config": text, "base": text, "action": "check", "f:job.type": "x"}),
        ]
        codes = [answer.status_code for answer in answers]
        assert codes[0] == 200, text[:50]
        assert max(codes) < 500, (text[:50], codes)
        for answer in answers:
            if answer.status_code == 201:
                run = f"{api}/{answer.json()['id']}"
                assert client.get(f"{run}/config").status_code == 200
        assert time.monotonic() - began < 20, text[:50]
