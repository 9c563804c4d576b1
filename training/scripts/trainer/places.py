"""Where what a configuration names may lie: rows, models and outputs each below their own folders.

Links are followed before it is judged, so none leads out. Standard library only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from trainer.errors import ConfigError

DATA = ("datasets",)
MODELS = ("models", "checkpoints")
NO_OUTPUT = ("datasets", "configs", "scripts", "runs")  # what others read, or the platform writes
MODEL_ROOTS = "LLM_PLATFORM_MODEL_ROOTS"
MAX_LINKS = 5000


def training_dir() -> Path:
    """The training directory: two folders above the scripts, or what the platform says."""
    named = os.environ.get("LLM_PLATFORM_TRAINING_DIR")
    return Path(named).resolve() if named else Path(__file__).resolve().parents[2]


def data_file(name: str) -> Path:
    """A file of rows in datasets/. Raises ConfigError."""
    root = training_dir()
    found = [path for path in _candidates(name, root, "datasets") if _is_there(path)]
    if not found:
        raise ConfigError(f"there is no file {name} in datasets/")
    return _inside(found[0], name, _below(root, DATA))


def model_folder(name: str, mark: str) -> Path:
    """The folder that holds `mark`, such as config.json. Raises ConfigError.

    By its name in models/ or below the training folder; by an absolute path where an operator has
    opened a folder above it (LLM_PLATFORM_MODEL_ROOTS), and anywhere by hand, without a platform.
    """
    root = training_dir()
    found = [path for path in _candidates(name, root, "models") if _is_there(path / mark)]
    if not found:
        raise ConfigError(f"there is no folder with a {mark} at {name} or models/{name}")
    if not _on_a_platform():
        return found[0].resolve()
    allowed = [*_below(root, MODELS), *_run_outputs(root, found[0]), *_opened()]
    folder = _inside(found[0], name, allowed)
    for link in _links(folder):
        _inside(link, f"{name}/{link.name}", allowed)
    return folder


def output_folder(name: str) -> Path:
    """A folder below the training folder that is nobody else's. Raises ConfigError."""
    root = training_dir()
    (path,) = _candidates(name, root, "")
    path = _inside(path, name, [root])
    if path == root or path.relative_to(root).parts[0] in NO_OUTPUT:
        raise ConfigError(f"{name} is not for outputs; checkpoints/ is")
    return path


def _candidates(name: str, root: Path, folder: str) -> list[Path]:
    """Raises ConfigError for a name that is no path to something inside."""
    if not name.strip() or any(ord(character) < 32 for character in name):
        raise ConfigError("must be a path without control characters")
    if ".." in Path(name).parts:
        raise ConfigError(f"{name} must stay inside its folder")
    return [root / name, root / folder / name] if folder else [root / name]


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # such as a name that is too long
        return False


def _inside(path: Path, name: str, allowed: Iterable[Path]) -> Path:
    """`path` with its links followed, if that is below one of `allowed`. Raises ConfigError."""
    folders = [folder.resolve() for folder in allowed]
    try:
        resolved = path.resolve()
    except (OSError, RuntimeError) as error:
        raise ConfigError(f"{name} cannot be resolved") from error
    if not any(resolved.is_relative_to(folder) for folder in folders):
        raise ConfigError(
            f"{name} must lie in one of: {', '.join(map(str, folders))} (links are followed)"
        )
    return resolved


def _below(root: Path, names: Iterable[str]) -> list[Path]:
    return [root / name for name in names]


def _run_outputs(root: Path, path: Path) -> list[Path]:
    """The outputs of the run whose folder this is; the platform says whose runs one may name."""
    runs = (root / "runs").resolve()
    resolved = path.resolve()
    if not resolved.is_relative_to(runs) or resolved == runs:
        return []
    return [runs / resolved.relative_to(runs).parts[0] / "output"]


def _opened() -> list[Path]:
    roots = os.environ.get(MODEL_ROOTS, "").split(os.pathsep)
    return [Path(root) for root in roots if Path(root).is_absolute()]


def _on_a_platform() -> bool:
    return any(name.startswith("LLM_PLATFORM_") for name in os.environ)


def _links(folder: Path) -> Iterator[Path]:
    """Files of a model may be links too, as in the cache of a hub."""
    with os.scandir(folder) as entries:
        for count, entry in enumerate(entries):
            if count >= MAX_LINKS:
                raise ConfigError(f"{folder} holds too many files for a model")
            if entry.is_symlink():
                yield Path(entry.path)
