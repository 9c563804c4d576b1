"""Reads the dataset formats into TRL's conversational rows, naming the line of a bad one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datasets import Dataset
from trainer.errors import ConfigError

FORMATS = (
    "instruction/input/output, messages, prompt/chosen/rejected, prompt/response/score "
    "or prompt/completion"
)
Row = dict[str, Any]
ROLES = {"system", "user", "assistant", "tool"}


def load_sft(path: Path) -> Dataset:
    """Rows of `{"prompt": [...], "completion": [...]}`: the loss is on the completion only."""
    rows = list(_rows(path))
    if not rows:
        raise ConfigError(f"{path.name} has no rows")
    return Dataset.from_list(rows)


def _rows(path: Path) -> Iterator[Row]:
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if raw.strip():
                    yield _row(raw.removeprefix(b"\xef\xbb\xbf"), f"{path.name}, line {number}")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


def _row(raw: bytes, where: str) -> Row:
    try:
        value = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{where}: not UTF-8") from error
    except ValueError as error:
        raise ConfigError(f"{where}: not JSON ({error})") from error
    if not isinstance(value, dict):
        raise ConfigError(f"{where}: not a JSON object")
    if "messages" in value:
        return _from_messages(value["messages"], where)
    prompt, answer = _prompt(value, where), _answer(value, where)
    return {
        "prompt": [{"role": "user", "content": prompt}],
        "completion": [{"role": "assistant", "content": answer}],
    }


def _prompt(value: Row, where: str) -> str:
    if "prompt" in value:
        return _text(value, "prompt", where)
    parts = [_text(value, key, where) for key in ("instruction", "input") if value.get(key)]
    if not parts:
        raise ConfigError(f"{where}: none of the known formats ({FORMATS})")
    return "\n".join(parts)


def _answer(value: Row, where: str) -> str:
    for key in ("output", "completion", "chosen", "response"):
        if key in value:
            return _text(value, key, where)
    raise ConfigError(f"{where}: no output; known formats: {FORMATS}")


def _text(value: Row, key: str, where: str) -> str:
    text = value[key]
    if not isinstance(text, str):
        raise ConfigError(f"{where}: {key} must be text, not {type(text).__name__}")
    return text


def _from_messages(messages: Any, where: str) -> Row:
    if not isinstance(messages, list) or not messages:
        raise ConfigError(f"{where}: messages must be a list of {{role, content}}")
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise ConfigError(f"{where}: a message's role must be one of {sorted(ROLES)}")
        _text({"content": message.get("content")}, "content", where)
    clean = [{"role": message["role"], "content": message["content"]} for message in messages]
    if clean[-1]["role"] != "assistant" or len(clean) < 2:
        raise ConfigError(f"{where}: messages must end with the assistant's answer to something")
    return {"prompt": clean[:-1], "completion": clean[-1:]}
