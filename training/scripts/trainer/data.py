"""Reads the dataset formats into TRL's conversational rows, naming the line of a bad one.

Files are read line by line and kept as Arrow tables, so a large one needs no memory twice over.
"""

from __future__ import annotations

import json
import math
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from datasets import Dataset, concatenate_datasets

from trainer import strict_json
from trainer.errors import ConfigError

FORMATS = (
    "instruction/input/output, messages, prompt/chosen/rejected, prompt/response/score "
    "or prompt/completion"
)
ROLES = {"system", "user", "assistant", "tool"}
ANSWERS = {"output": "answer", "completion": "answer", "response": "answer"}
CHUNK = 10_000  # rows turned into Arrow at a time
Row = dict[str, Any]
Messages = list[dict[str, str]]


@dataclass(frozen=True)
class Example:
    """A row of any format: the conversation so far, and the answers to it that the row knows."""

    where: str
    prompt: Messages
    answers: dict[str, Messages] = field(default_factory=dict)  # answer, chosen, rejected
    score: float | None = None

    def has(self, *names: str) -> bool:
        return all(name in self.answers for name in names)


def load_sft(path: Path) -> Dataset:
    """Rows of `{"prompt": [...], "completion": [...]}`: the loss is on the completion only."""

    def rows() -> Iterator[Row]:
        for one in examples(path):
            answer = one.answers.get("answer") or one.answers.get("chosen")
            if not answer:
                raise ConfigError(f"{one.where}: no output; known formats: {FORMATS}")
            yield {"prompt": one.prompt, "completion": answer}

    return _dataset(rows(), path)


def load_pairs(path: Path) -> Dataset:
    """Rows of `{"prompt", "chosen", "rejected"}`; scored answers to one prompt become pairs."""
    first = next(examples(path), None)
    scored = first is not None and not first.has("chosen", "rejected") and first.score is not None
    return _dataset(_scored_pairs(path) if scored else _given_pairs(path), path)


def load_labelled(path: Path, threshold: float | None) -> Dataset:
    """KTO's rows of `{"prompt", "completion", "label"}`, from pairs or from scores."""

    def rows() -> Iterator[Row]:
        for one in examples(path):
            if one.has("chosen", "rejected"):
                for name in ("chosen", "rejected"):
                    yield {
                        "prompt": one.prompt,
                        "completion": one.answers[name],
                        "label": name == "chosen",
                    }
            else:
                score = _score(one)
                if threshold is None:
                    raise ConfigError(
                        f"{one.where}: the training file has pairs, so training.score_threshold "
                        "must say from which score on an answer is good"
                    )
                good = score >= threshold
                yield {"prompt": one.prompt, "completion": one.answers["answer"], "label": good}

    return _dataset(rows(), path)


def load_prompts(path: Path) -> Dataset:
    """Rows of `{"prompt": [...]}` for online methods: any format, up to the last user's turn."""
    return _dataset(({"prompt": _user_turn(one)} for one in examples(path)), path)


def middle_score(path: Path) -> float | None:
    """The lowest score that counts as good by default: the median, or the first above the worst.

    None if the file has pairs, whose labels are known.
    """
    scores = sorted(_score(one) for one in examples(path) if not one.has("chosen", "rejected"))
    if not scores:
        return None
    if scores[0] == scores[-1]:
        raise ConfigError(
            f"{path.name}: all scores are {scores[0]}, so no answer is the better one"
        )
    middle = statistics.median(scores)
    return middle if middle > scores[0] else next(score for score in scores if score > middle)


def examples(path: Path) -> Iterator[Example]:
    """The rows of a JSON Lines file. Raises ConfigError with the file and the line."""
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if raw.strip():
                    yield _example(raw.removeprefix(b"\xef\xbb\xbf"), f"{path.name}, line {number}")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


def _given_pairs(path: Path) -> Iterator[Row]:
    for one in examples(path):
        if not one.has("chosen", "rejected"):
            raise ConfigError(f"{one.where}: a preference needs both chosen and rejected")
        yield {"prompt": one.prompt, **{name: one.answers[name] for name in ("chosen", "rejected")}}


def _scored_pairs(path: Path) -> Iterator[Row]:
    """Of each prompt's answers, sorted by score: best with worst, and so on inwards."""
    by_prompt: dict[str, list[tuple[float, Messages]]] = defaultdict(list)
    for one in examples(path):
        by_prompt[json.dumps(one.prompt)].append((_score(one), one.answers["answer"]))
    found = False
    for prompt, answers in by_prompt.items():
        answers.sort(key=lambda pair: pair[0])
        for index in range(len(answers) // 2):
            (low, rejected), (high, chosen) = answers[index], answers[-1 - index]
            if low < high:
                found = True
                yield {"prompt": json.loads(prompt), "chosen": chosen, "rejected": rejected}
    if not found:
        raise ConfigError(
            f"{path.name}: no prompt has two answers with different scores, so there is no pair "
            "to learn from"
        )


def _dataset(rows: Iterator[Row], path: Path) -> Dataset:
    parts = []
    while chunk := list(islice(rows, CHUNK)):
        parts.append(Dataset.from_list(chunk))
    if not parts:
        raise ConfigError(f"{path.name} has no rows")
    return concatenate_datasets(parts)


def _example(raw: bytes, where: str) -> Example:
    value = _object(raw, where)
    answers = {
        name: _answer_messages(value[key], key, where)
        for key, name in {**ANSWERS, "chosen": "chosen", "rejected": "rejected"}.items()
        if key in value
    }
    score = _number(value["score"], where) if "score" in value else None
    if "messages" not in value:
        return Example(where, _prompt(value, where), answers, score)
    messages = _messages(value["messages"], "messages", where)
    if messages[-1]["role"] == "assistant" and len(messages) > 1:
        return Example(where, messages[:-1], {"answer": messages[-1:], **answers}, score)
    if not answers:
        raise ConfigError(f"{where}: messages must end with the assistant's answer to something")
    return Example(where, messages, answers, score)


def _object(raw: bytes, where: str) -> Row:
    try:
        value = strict_json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{where}: not UTF-8") from error
    except ValueError as error:
        raise ConfigError(f"{where}: not JSON ({error})") from error
    if not isinstance(value, dict):
        raise ConfigError(f"{where}: not a JSON object")
    return value


def _prompt(value: Row, where: str) -> Messages:
    if isinstance(value.get("prompt"), list):
        return _messages(value["prompt"], "prompt", where)
    keys = ("prompt",) if "prompt" in value else ("instruction", "input")
    parts = [_text(value[key], key, where) for key in keys if value.get(key)]
    if not parts:
        raise ConfigError(f"{where}: none of the known formats ({FORMATS})")
    return [{"role": "user", "content": "\n".join(parts)}]


def _answer_messages(value: Any, key: str, where: str) -> Messages:
    """An answer given as text, as an assistant's message or as a list of messages."""
    if isinstance(value, str):
        return [{"role": "assistant", "content": _text(value, key, where)}]
    messages = _messages([value] if isinstance(value, dict) else value, key, where)
    if messages[-1]["role"] != "assistant":
        raise ConfigError(f"{where}: {key} must end with a message of the assistant")
    return messages


def _messages(value: Any, key: str, where: str) -> Messages:
    if not isinstance(value, list) or not value:
        raise ConfigError(f"{where}: {key} must be text or a list of {{role, content}}")
    for message in value:
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise ConfigError(f"{where}: a message's role must be one of {sorted(ROLES)}")
        _text(message.get("content"), "content", where)
    return [{"role": message["role"], "content": message["content"]} for message in value]


def _user_turn(one: Example) -> Messages:
    for end in range(len(one.prompt), 0, -1):
        if one.prompt[end - 1]["role"] == "user":
            return one.prompt[:end]
    raise ConfigError(f"{one.where}: no message of the user to answer")


def _score(one: Example) -> float:
    if one.score is None or not one.has("answer"):
        raise ConfigError(f"{one.where}: needs chosen and rejected, or response and score")
    return one.score


def _text(value: Any, key: str, where: str) -> str:
    if not isinstance(value, str):
        raise ConfigError(f"{where}: {key} must be text, not {type(value).__name__}")
    if not strict_json.is_text(value):
        raise ConfigError(f"{where}: {key} holds half a character (a lone surrogate)")
    return value


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ConfigError(f"{where}: score must be a number, not {value!r}")
    return float(value)
