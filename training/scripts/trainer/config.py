"""Reads the reference's YAML sections into checked values, and says what is wrong where."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from trainer.errors import ConfigError

MAX_BYTES = 5 * 1024 * 1024
MAX_ALIASES = 100
MAX_NODES = 50_000
KINDS = ("sft", "lora")


@dataclass
class Settings:
    """A run's values after checking; paths are absolute."""

    kind: str
    project: str
    base: Path
    dataset: Path
    output: Path
    eval_dataset: Path | None
    training: dict[str, Any]
    lora: dict[str, Any]
    evaluation: dict[str, Any]
    checkpoint: dict[str, Any]
    warnings: list[str] = field(default_factory=list)


# key: (type, default, lowest) - None as default means "let the library choose".
TRAINING: dict[str, tuple[type, Any, float | None]] = {
    "max_steps": (int, 0, 0),
    "num_train_epochs": (float, 3.0, 0),
    "learning_rate": (float, 5e-5, 0),
    "per_device_train_batch_size": (int, 4, 1),
    "gradient_accumulation_steps": (int, 1, 1),
    "max_length": (int, 1024, 8),
    "packing": (bool, False, None),
    "warmup_steps": (int, 0, 0),
    "lr_scheduler_type": (str, "linear", None),
    "weight_decay": (float, 0.0, 0),
    "max_grad_norm": (float, 1.0, 0),
    "seed": (int, 42, 0),
    "gradient_checkpointing": (bool, None, None),
    "bf16": (bool, None, None),
    "num_gpus": (int, 0, 0),
}
LORA: dict[str, tuple[type, Any, float | None]] = {
    "r": (int, 8, 1),
    "alpha": (float, 16.0, 0),
    "dropout": (float, 0.0, 0),
    "target_modules": (list, "all-linear", None),
}
EVALUATION: dict[str, tuple[type, Any, float | None]] = {
    "data": (str, "", None),
    "split": (float, 0.0, 0),
    "eval_steps": (int, 50, 1),
    "per_device_eval_batch_size": (int, 4, 1),
}
CHECKPOINT: dict[str, tuple[type, Any, float | None]] = {
    "save_steps": (int, 100, 1),
    "save_total_limit": (int, 2, 1),
    "resume": (bool, True, None),
}
SECTIONS = {"training": TRAINING, "lora": LORA, "evaluation": EVALUATION, "checkpoint": CHECKPOINT}
OTHER_KEYS = {
    "job": {"type", "project", "method"},
    "model": {"base", "policy", "reference", "reward"},
    "data": {"train"},
    "registry": None,
    "output_dir": None,
}


def training_dir() -> Path:
    """The training directory: two folders above the scripts, or what the platform says."""
    named = os.environ.get("LLM_PLATFORM_TRAINING_DIR")
    return Path(named).resolve() if named else Path(__file__).resolve().parents[2]


def load(path: Path, kind: str) -> Settings:
    """Read and check a configuration for `kind`. Raises ConfigError."""
    document = _read(path)
    warnings = _unknown_keys(document)
    job, model = _mapping(document, "job"), _mapping(document, "model")
    declared = job.get("type", kind)
    if declared != kind:
        raise ConfigError(f"job.type is {declared!r}, but this script trains {kind!r}")
    if kind not in KINDS:
        raise ConfigError(f"job.type {kind!r}: this release trains {' and '.join(KINDS)} only")
    values = {name: _section(document, name, schema) for name, schema in SECTIONS.items()}
    registry = _mapping(document, "registry")
    base = model.get("base")
    if not isinstance(base, str) or not base:
        raise ConfigError("model.base must name a model: a folder, or a name in models/")
    evaluation = values["evaluation"]
    return Settings(
        kind=kind,
        project=str(job.get("project", "")),
        base=_model_path(base, registry),
        dataset=_dataset(document),
        output=_output(document, path),
        eval_dataset=_existing(evaluation["data"], "evaluation.data")
        if evaluation["data"]
        else None,
        warnings=warnings,
        **values,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        if len(data) > MAX_BYTES:
            raise ConfigError(f"{path.name} is larger than 5 MiB")
        nodes = aliases = 0
        for event in yaml.parse(data, Loader=yaml.SafeLoader):
            aliases += isinstance(event, yaml.AliasEvent)
            nodes += isinstance(event, yaml.NodeEvent)
            if aliases > MAX_ALIASES or nodes > MAX_NODES:
                raise ConfigError(f"{path.name} is too complex: too many values or aliases")
        document = yaml.safe_load(data)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} is not valid YAML: {error}") from error
    if not isinstance(document, dict):
        raise ConfigError(f"{path.name} must be a mapping at the top (key: value)")
    return document


def _mapping(document: dict[str, Any], name: str) -> dict[str, Any]:
    section = document.get(name)
    if section is None:
        return {}
    if not isinstance(section, dict):
        raise ConfigError(f"{name} must be a mapping, not {type(section).__name__}")
    return section


def _section(
    document: dict[str, Any], name: str, schema: dict[str, tuple[type, Any, float | None]]
) -> dict[str, Any]:
    given = _mapping(document, name)
    return {
        key: _value(f"{name}.{key}", given.get(key), kind, default, low)
        for key, (kind, default, low) in schema.items()
    }


def _value(where: str, value: Any, kind: type, default: Any, low: float | None) -> Any:
    if value is None:
        return default
    if kind is list:
        return _module_names(where, value)
    if kind is bool or isinstance(value, bool):
        if kind is bool and isinstance(value, bool):
            return value
        raise ConfigError(f"{where} must be {_named(kind)}, not {value!r}")
    if kind is str:
        if isinstance(value, str):
            return value
        raise ConfigError(f"{where} must be text, not {value!r}")
    try:  # YAML 1.1 reads 5e-5 as text, and people write it
        number = float(value)
    except (TypeError, ValueError):
        raise ConfigError(f"{where} must be {_named(kind)}, not {value!r}") from None
    if kind is int and number != int(number):
        raise ConfigError(f"{where} must be a whole number, not {value!r}")
    if low is not None and number < low:
        raise ConfigError(f"{where} must be at least {low}, not {value!r}")
    return kind(number)


def _module_names(where: str, value: Any) -> Any:
    if value == "all-linear":
        return value
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return value
    raise ConfigError(f"{where} must be a list of names or all-linear, not {value!r}")


def _named(kind: type) -> str:
    return {int: "a whole number", float: "a number", bool: "true or false"}[kind]


def _unknown_keys(document: dict[str, Any]) -> list[str]:
    known: dict[str, set[str] | None] = {name: set(keys) for name, keys in SECTIONS.items()}
    known.update(OTHER_KEYS)
    found = []
    for name, section in document.items():
        if name not in known:
            found.append(_unknown(str(name), list(known)))
            continue
        keys = known[name]
        if keys is None or not isinstance(section, dict):
            continue
        found += [
            _unknown(f"{name}.{key}", [f"{name}.{one}" for one in keys])
            for key in section
            if key not in keys
        ]
    return found


def _unknown(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"unknown key {name} is ignored{hint}"


def _model_path(name: str, registry: dict[str, Any]) -> Path:
    """A name in the registry or in models/, or a folder; hubs are out of reach by design."""
    root = training_dir()
    wanted = str(registry.get(name, name))
    for candidate in (root / wanted, root / "models" / wanted, Path(wanted)):
        if (candidate / "config.json").is_file():
            return candidate.resolve()
    raise ConfigError(
        f"model.base {name!r} is not there: no folder with a config.json "
        f"at {wanted} or models/{wanted}"
    )


def _existing(name: str, where: str) -> Path:
    root = training_dir()
    for candidate in (root / name, root / "datasets" / name):
        if candidate.is_file():
            return candidate.resolve()
    raise ConfigError(f"{where}: there is no file {name}")


def _dataset(document: dict[str, Any]) -> Path:
    given = os.environ.get("LLM_PLATFORM_DATASET")
    if given:
        return Path(given)
    name = _mapping(document, "data").get("train")
    if not isinstance(name, str):
        raise ConfigError("data.train must name the dataset file when the platform gives none")
    return _existing(name, "data.train")


def _output(document: dict[str, Any], path: Path) -> Path:
    given = os.environ.get("LLM_PLATFORM_OUTPUT_DIR") or document.get("output_dir")
    output = Path(str(given)) if given else Path("checkpoints") / path.stem
    return (training_dir() / output).resolve()
