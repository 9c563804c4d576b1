"""Where a launch may read models, adapters and templates from, and whether one is really there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.ownership import visible
from core.accounts.roles import Role
from core.errors import Invalid
from core.identifiers import as_uuid
from projects.models import Run

# owner/name or name, as hubs have it; never an option, a path that climbs, or a shell's signs.
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)
MODEL_FILES = ("config.json", "params.json")  # Hugging Face's, Mistral's
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
LFS_BYTES = 1024  # a pointer is shorter
MAX_FILES = 5000


def absolute(path: str) -> Path:
    """A path as the platform takes it: from its own folder, with `~`."""
    # os.path answers for any text; Path raises for unknown homes.
    return Path(settings.BASE_DIR, os.path.expanduser(path))  # noqa: PTH111


def local_model(model_path: str) -> Path | None:
    """The folder that `model_path` names here; None for a hub's name."""
    path = absolute(model_path)
    # os.path, again: Path raises for names too long.
    return path if looks_local(model_path) or os.path.exists(path) else None  # noqa: PTH110


def looks_local(model_path: str) -> bool:
    return model_path.startswith(("/", "./", "../", "~")) or model_path in (".", "..")


def check_model(actor: Actor, model_path: str) -> None:
    """Raise Invalid unless it is a model that is there, or a hub's name, and the actor's to use."""
    if not model_path.strip() or any(ord(sign) < 32 for sign in model_path):
        raise Invalid(_("A path or a model's name is needed"), field="model_path")
    folder = local_model(model_path)
    if folder is None:
        _check_hub_name(model_path)
        return
    check_model_place(actor, model_path, field="model_path")
    if not (os.path.isdir(folder) or (folder.suffix == ".gguf" and os.path.isfile(folder))):  # noqa: PTH112, PTH113
        raise Invalid(
            _("There is no model at %(model)s") % {"model": model_path[:200]}, field="model_path"
        )
    _check_kind(folder, model_path)
    check_files(actor, folder, field="model_path")


def _check_hub_name(name: str) -> None:
    if not _HUB_NAME.fullmatch(name) or ".." in name:
        raise Invalid(
            _("%(model)s is neither a folder here nor a model's name such as owner/name")
            % {"model": name[:200]},
            field="model_path",
        )
    if settings.MODEL_ROOTS:
        raise _elsewhere("model_path", _roots())


def is_like_a_model(folder: Path) -> bool:
    """Whether it has what an engine looks for."""
    names = {path.name for path in _files(folder)}
    return folder.is_file() or bool(names.intersection(MODEL_FILES)) or _has_gguf(names)


def _check_kind(folder: Path, shown: str) -> None:
    """Raise Invalid for an adapter's folder: an engine finds out minutes later."""
    if not is_like_a_model(folder) and (folder / "adapter_config.json").is_file():
        raise Invalid(
            _(
                "%(model)s is a LoRA adapter: launch its base model with --enable-lora and "
                "attach it there, or deploy the run that made it"
            )
            % {"model": shown[:200]},
            field="model_path",
        )


def check_files(actor: Actor, folder: Path, *, field: str) -> None:
    """Raise Invalid for a file that is a stand-in, or a link to where the actor may not read."""
    for path in _files(folder):
        if path.is_symlink() and actor.role < Role.OPERATOR:
            # In the training folder people make links; elsewhere operators or a hub's cache do.
            check = check_place if _lies_in(folder, [_training()]) else check_model_place
            check(actor, str(path), field=field)
        if _is_pointer(path):
            raise Invalid(
                _(
                    "%(file)s is a pointer of Git LFS, not the file itself: run `git lfs pull` "
                    "in the model's folder"
                )
                % {"file": path.name},
                field=field,
            )


def _has_gguf(names: set[str]) -> bool:
    return any(name.endswith(".gguf") for name in names)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return
    try:
        names = os.listdir(folder)[:MAX_FILES]  # noqa: PTH208 - quickly
    except OSError:
        return  # not ours to read: then it has nothing that a model needs
    for name in names:
        if os.path.isfile(folder / name):  # noqa: PTH113 - a link to itself is none
            yield folder / name


def _is_pointer(path: Path) -> bool:
    try:
        if path.stat().st_size > LFS_BYTES:
            return False
        with path.open("rb") as file:
            return file.read(len(LFS_POINTER)) == LFS_POINTER
    except OSError:
        return False


def check_place(actor: Actor, path: str, *, field: str, more: Sequence[Path] = ()) -> None:
    """Raise Invalid for a path outside the places that the actor may read (links followed).

    An operator may name any, where MODEL_ROOTS is not set.
    """
    if actor.role >= Role.OPERATOR and not settings.MODEL_ROOTS:
        return
    roots = [*_roots(), *more]
    resolved = _resolved(path, field, roots)
    if not _lies_in(resolved, roots) and not _of_visible_run(actor, resolved):
        raise _elsewhere(field, roots)


def check_model_place(actor: Actor, path: str, *, field: str) -> None:
    """The same for a folder of weights, which may lie anywhere but in the platform's own folders
    as long as operators have named no MODEL_ROOTS."""
    if actor.role >= Role.OPERATOR and not settings.MODEL_ROOTS:
        return
    if settings.MODEL_ROOTS or _lies_in(_resolved(path, field, _roots()), _own_folders()):
        check_place(actor, path, field=field)


def _resolved(path: str, field: str, roots: Sequence[Path]) -> Path:
    try:
        return absolute(path).resolve()
    except (OSError, RuntimeError, ValueError):  # too long, a link to itself, no text of a path
        raise _elsewhere(field, roots) from None


def _lies_in(path: Path, roots: Sequence[Path]) -> bool:
    return any(path.resolve().is_relative_to(root.resolve()) for root in roots)


def _own_folders() -> list[Path]:
    """Code, people's data, keys and logs."""
    names = ("LLM_APP_STORAGE", "PLATFORM_VAR", "DEPLOY_LOG_DIR", "DEID_KEY_DIR")
    return [settings.BASE_DIR, _training(), *(Path(getattr(settings, name)) for name in names)]


def _training() -> Path:
    return Path(settings.HOST_TRAINING_DIR)


def _roots() -> list[Path]:
    """What operators fill: the roots of the settings and the folders for models."""
    named = [Path(root) for root in settings.MODEL_ROOTS]
    return [*named, settings.BASE_DIR / "models", _training() / "models"]


def _of_visible_run(actor: Actor, resolved: Path) -> bool:
    """Whether it lies in what a run has made that the actor sees: `runs/ID/output/…`."""
    runs = (_training() / "runs").resolve()
    if not resolved.is_relative_to(runs):
        return False
    run_id, *below = resolved.relative_to(runs).parts or ("",)
    return below[:1] == ["output"] and (
        visible(Run.objects.filter(id=as_uuid(run_id)), actor.user, "project__").exists()
    )


def _elsewhere(field: str, roots: Sequence[Path]) -> Invalid:
    return Invalid(
        _("%(field)s must lie under one of: %(roots)s, or in the output of a run that you may see")
        % {"field": field, "roots": ", ".join(map(str, roots))},
        field=field,
    )
