"""A checked configuration with its files found: what a training is made from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trainer.errors import ConfigError
from trainer.places import data_file, model_folder, output_folder, training_dir
from trainer.schema import DEFAULT_RL, METHODS, RL, method_of, registry_path
from trainer.validate import Checked, check

SCRIPTS = {"sft": ("sft",), "lora": ("lora",), "rl": (*RL, "reward"), "merge": ("merge",)}


@dataclass
class Settings:
    """A run's values after checking; paths are absolute. `kind` is the method."""

    kind: str
    project: str
    models: dict[str, Path]
    dataset: Path
    output: Path
    eval_dataset: Path | None
    training: dict[str, Any]
    lora: dict[str, Any] | None
    evaluation: dict[str, Any]
    checkpoint: dict[str, Any]
    warnings: list[str] = field(default_factory=list)

    @property
    def base(self) -> Path:
        """The model that is trained."""
        return self.models["base"] if "base" in self.models else self.models["policy"]


def load(path: Path, kind: str) -> Settings:
    """Read and check a configuration for a script's `kind`. Raises ConfigError with all errors."""
    checked = _checked(path)
    method = _method(checked.document, kind)
    if checked.errors:
        raise ConfigError("\n".join(f"{path.name}, {one.message()}" for one in checked.errors))
    values = checked.values
    return Settings(
        kind=method,
        project=values["job"]["project"],
        models=_models(checked, method, path.name),
        dataset=_dataset(checked, path.name) if method in METHODS else Path(os.devnull),
        output=_output(checked, path),
        eval_dataset=_held_out(checked, path.name) if method in METHODS else None,
        training=values["training"],
        lora=values["lora"] if _adapts(method, checked.document) else None,
        evaluation=values["evaluation"],
        checkpoint=values["checkpoint"],
        warnings=[one.message() for one in checked.problems],
    )


def _method(document: dict[str, Any], kind: str) -> str:
    """The method to train by; without a type, what the script is for. Raises ConfigError."""
    job = document.get("job")
    declared = job.get("type") if isinstance(job, dict) else None
    method = method_of(document)
    if declared is None and kind != "sft":
        method = {"rl": DEFAULT_RL}.get(kind, kind)
    if declared is not None and method not in SCRIPTS[kind]:
        raise ConfigError(f"job.type is {declared!r}, but this script trains {kind!r}")
    return method


def _adapts(method: str, document: dict[str, Any]) -> bool:
    """Whether an adapter is trained: always by lora, else where a lora section asks for it."""
    return method == "lora" or (method != "sft" and document.get("lora") is not None)


def _checked(path: Path) -> Checked:
    try:
        return check(path.read_bytes(), path.name)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


def _models(checked: Checked, method: str, file: str) -> dict[str, Path]:
    """The folders of the models that the method reads, by role."""
    given = checked.values["model"]
    roles = ("base",) if method in ("sft", "lora") else ("policy", "reference", "reward")
    if method == "reward":
        given = {**given, "base": given["base"] or given["policy"]}
        roles = ("base",)
    elif method == "merge":
        roles = ("adapter", "base")
    elif method in ("dpo", "kto"):
        roles = ("policy", "reference")
    found = {role: _model(checked, given[role], role, file) for role in roles if given[role]}
    if "policy" in found:
        found.setdefault("reference", found["policy"])
    return found


def _model(checked: Checked, name: str, role: str, file: str) -> Path:
    """A name in the registry or in models/, or a folder; hubs are out of reach by design."""
    registry = checked.document.get("registry")
    names = registry if isinstance(registry, dict) else {}
    mark = "adapter_config.json" if role == "adapter" else "config.json"
    with _located(checked, f"model.{role}", file, f" {name!r}"):
        return model_folder(str(registry_path(names, name)), mark)


@contextmanager
def _located(checked: Checked, key: str, file: str, shown: str = "") -> Iterator[None]:
    """Puts file, line and key before what is wrong with a place."""
    try:
        yield
    except ConfigError as error:
        line = checked.lines.get(key)
        where = f"{file}, line {line}" if line else file
        raise ConfigError(f"{where}: {key}{shown}: {error}") from error


def _dataset(checked: Checked, file: str) -> Path:
    given, name = os.environ.get("LLM_PLATFORM_DATASET"), checked.values["data"]["train"]
    if given:
        return Path(given)
    if not name:
        raise ConfigError("data.train must name the dataset file when the platform gives none")
    with _located(checked, "data.train", file):
        return data_file(name)


def _held_out(checked: Checked, file: str) -> Path | None:
    """The file that the platform has found under that name, an upload perhaps; else a file here."""
    name = checked.values["evaluation"]["data"]
    if not name:
        return None
    given = os.environ.get("LLM_PLATFORM_EVALUATION_DATA")
    with _located(checked, "evaluation.data", file):
        return Path(given) if given else data_file(name)


def _output(checked: Checked, path: Path) -> Path:
    given = os.environ.get("LLM_PLATFORM_OUTPUT_DIR")
    if given:
        return (training_dir() / given).resolve()
    named = checked.document.get("output_dir")
    with _located(checked, "output_dir", path.name):
        return output_folder(str(named) if named else f"checkpoints/{path.stem}")
