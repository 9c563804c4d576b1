"""A checked configuration with its files found: what a training is made from."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trainer.errors import ConfigError
from trainer.schema import DEFAULT_RL, METHODS, RL, method_of
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


def training_dir() -> Path:
    """The training directory: two folders above the scripts, or what the platform says."""
    named = os.environ.get("LLM_PLATFORM_TRAINING_DIR")
    return Path(named).resolve() if named else Path(__file__).resolve().parents[2]


def load(path: Path, kind: str) -> Settings:
    """Read and check a configuration for a script's `kind`. Raises ConfigError with all errors."""
    checked = _checked(path)
    method = _method(checked.document, kind)
    if checked.errors:
        raise ConfigError("\n".join(f"{path.name}, {one.message()}" for one in checked.errors))
    values = checked.values
    evaluation = values["evaluation"]
    return Settings(
        kind=method,
        project=values["job"]["project"],
        models=_models(checked, method),
        dataset=_dataset(values["data"]["train"]) if method in METHODS else Path(os.devnull),
        output=_output(checked.document.get("output_dir"), path),
        eval_dataset=_held_out(evaluation["data"]),
        training=values["training"],
        lora=values["lora"] if _adapts(method, checked.document) else None,
        evaluation=evaluation,
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


def _models(checked: Checked, method: str) -> dict[str, Path]:
    """The folders of the models that the method reads, by role."""
    given = checked.values["model"]
    registry = checked.document.get("registry")
    names = registry if isinstance(registry, dict) else {}
    roles = ("base",) if method in ("sft", "lora") else ("policy", "reference", "reward")
    if method == "reward":
        given = {**given, "base": given["base"] or given["policy"]}
        roles = ("base",)
    elif method == "merge":
        roles = ("adapter", "base")
    elif method in ("dpo", "kto"):
        roles = ("policy", "reference")
    found = {role: _model_path(given[role], role, names) for role in roles if given[role]}
    if "policy" in found:
        found.setdefault("reference", found["policy"])
    return found


def _model_path(name: str, role: str, registry: dict[str, Any]) -> Path:
    """A name in the registry or in models/, or a folder; hubs are out of reach by design."""
    root = training_dir()
    wanted = str(registry.get(name, name))
    mark = "adapter_config.json" if role == "adapter" else "config.json"
    for candidate in (root / wanted, root / "models" / wanted, Path(wanted)):
        if (candidate / mark).is_file():
            return candidate.resolve()
    raise ConfigError(
        f"model.{role} {name!r} is not there: no folder with a {mark} "
        f"at {wanted} or models/{wanted}"
    )


def _existing(name: str, where: str) -> Path:
    root = training_dir()
    for candidate in (root / name, root / "datasets" / name):
        if candidate.is_file():
            return candidate.resolve()
    raise ConfigError(f"{where}: there is no file {name}")


def _dataset(name: str | None) -> Path:
    given = os.environ.get("LLM_PLATFORM_DATASET")
    if given:
        return Path(given)
    if not name:
        raise ConfigError("data.train must name the dataset file when the platform gives none")
    return _existing(name, "data.train")


def _held_out(name: str) -> Path | None:
    """The file that the platform has found under that name, an upload perhaps; else a file here."""
    if not name:
        return None
    given = os.environ.get("LLM_PLATFORM_EVALUATION_DATA")
    return Path(given) if given else _existing(name, "evaluation.data")


def _output(named: Any, path: Path) -> Path:
    given = os.environ.get("LLM_PLATFORM_OUTPUT_DIR") or named
    output = Path(str(given)) if given else Path("checkpoints") / path.stem
    return (training_dir() / output).resolve()
