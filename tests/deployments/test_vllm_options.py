"""The table of engine options against vLLM's own parser, in one process of its Python."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from core.accounts.actor import Actor
from core.errors import PlatformError
from deployments.rules.checks import check_extra_args
from deployments.rules.extra_args import known_names, parse
from deployments.rules.option_values import Choice, JsonObject, Label, Matching, Number, Whole
from deployments.rules.options import ALLOWED, RESERVED, WHOLE, Option
from tests.support.live_platform import ROOT

pytestmark = [pytest.mark.vllm, pytest.mark.django_db]
MARK = "JSON "  # as the script has it
SCRIPT = ROOT / "tests" / "support" / "vllm_options.py"
OBJECTS = {
    "--override-generation-config": '{"temperature": 0.5, "top_k": 5}',
    "--pooler-config": '{"seq_pooling_type": "MEAN"}',
    "--default-chat-template-kwargs": '{"enable_thinking": false}',
    "--limit-mm-per-prompt": '{"image": 2}',
    "--mm-processor-kwargs": '{"num_crops": 4}',
}
BAIT = ["x", "1", "-1", "/etc/passwd", "{}", '{"a": 1}', "a.b", "true", "auto"]
TRIES = 12_000


def samples(name: str, option: Option) -> list[str]:
    """Values of its kind."""
    kind = option.kind
    if isinstance(kind, Choice):
        return list(kind.words)
    if isinstance(kind, Whole):
        return [str(kind.low), "8", *kind.words, *(["8.5k", "2K"] if kind.short else [])]
    if isinstance(kind, Number):
        return ["0.5", "1"]
    if isinstance(kind, JsonObject):
        return [OBJECTS[name]]
    if isinstance(kind, Label):
        return ["a name", "模型"]
    if isinstance(kind, Matching):
        return {"--kv-cache-dtype": ["fp8"], "--attention-backend": ["FLASH_ATTN"]}.get(
            name, ["hermes"]
        )
    return [str(ROOT / "README.md")]


def rightful() -> Iterator[list[str]]:
    """Each listed option with each kind of writing and value."""
    for name, option in ALLOWED.items():
        if option.retired:
            continue
        if option.kind is None:
            yield [name]
        if option.negatable:
            yield [f"--no-{name[2:]}"]
        for value in samples(name, option) if option.kind else ():
            yield [name, value]
            yield [f"--{name[2:].replace('-', '_')}={value}"]
            if option.short:
                yield [option.short, value]


def hostile(chance: random.Random, names: list[str]) -> list[str]:
    """Options of vLLM's, cut off, bent and mixed with values that are none of theirs."""
    line: list[str] = []
    for _ in range(chance.randint(1, 3)):
        name = chance.choice(names)
        if chance.random() < 0.4:
            name = name[: chance.randint(min(3, len(name)), len(name))]
        name = name.replace("-", "_").replace("__", "--", 1) if chance.random() < 0.2 else name
        name += chance.choice(["", "", "", ".a", ".model", "+", ".a+"])
        value = chance.choice([*BAIT, chance.choice(names)])
        line += chance.choice([[name], [name, value], [f"{name}={value}"], [value, name]])
    return line


class Parser:
    """One process of vLLM's parser."""

    def __init__(self, vllm: str) -> None:
        self.process = subprocess.Popen(
            [str(Path(vllm).parent / "python"), str(SCRIPT)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/",
            env={**os.environ, "VLLM_NO_USAGE_STATS": "1", "HF_HUB_OFFLINE": "1"},
        )  # fmt: skip
        self.options = {name: one for one in self._told() for name in one["names"]}

    def parsed(self, lines: list[list[str]]) -> list[Any]:
        assert self.process.stdin
        with self.process.stdin as stdin:
            stdin.write(json.dumps(lines) + "\n")
        told = self._told()
        self.process.wait(60)
        return told

    def _told(self) -> list[Any]:
        assert self.process.stdout
        line = next(line for line in self.process.stdout if line.startswith(MARK))
        return list(json.loads(line.removeprefix(MARK)))


def passes(actor: Actor, line: list[str]) -> bool:
    try:
        check_extra_args(actor, line)
    except PlatformError:
        return False
    return True


def test_the_table_is_vllms(
    vllm: str, alice: User, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MODEL_ROOTS = [str(ROOT)]
    known = list(rightful())
    scientist = Actor(alice, "session")
    assert [line for line in known if not passes(scientist, line)] == []
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    print(f"seed {seed}")
    parser = Parser(vllm)
    options = parser.options
    tries = [hostile(chance, list(options)) for _ in range(TRIES)]
    attacks = [line for line in tries if passes(scientist, line)]
    parsed = parser.parsed(known + attacks)

    # Each listed option is there, of that kind, under that short name.
    for name, option in ALLOWED.items():
        if option.retired:
            assert not any(one.startswith(name) for one in options), name
            continue
        there = options[name]
        assert (option.kind is None, option.many) == (there["flag"], there["many"]), name
        assert option.negatable == (f"--no-{name[2:]}" in there["names"]), name
        assert option.short in ("", "-O", *there["names"]), name
        if isinstance(option.kind, Choice) and there["choices"]:
            assert set(option.kind.words) <= set(there["choices"]), name
    for line, said in zip(known, parsed, strict=False):
        assert isinstance(said, list), (line, said)
    # What vLLM knows by a whole name is never taken for the beginning of another.
    unknown = set(options) - set(known_names()) - WHOLE
    assert [name for name in unknown if any(one.startswith(name) for one in known_names())] == []
    for name in unknown:
        parse([name])
    # Whatever passes changes only what the listed options it names are about.
    assert len(attacks) > 20
    for line, said in zip(attacks, parsed[len(known) :], strict=True):
        meant = {given.name for given in parse(line)}
        assert meant <= set(ALLOWED), (seed, line)
        if isinstance(said, list):
            may = {options[one]["dest"] for one in meant if one in options}
            assert set(said) <= may, (seed, line, said)
    with capsys.disabled():
        closed = sorted(name for name in unknown if not name.startswith("--no-"))
        listed = len(set(options) & set(ALLOWED))
        print(f"\n{listed} options of vLLM are everybody's, {len(RESERVED)} the platform's; "
              f"{len(closed)} an operator's: {' '.join(closed)}")  # fmt: skip
