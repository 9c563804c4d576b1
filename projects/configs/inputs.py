"""Finds the dataset and configuration that a project names, and what its configuration asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Invalid
from core.files.paths import resolve_under
from core.files.plain_files import open_plain
from datasets import selectors as datasets_selectors
from projects.models import Project
from projects.runs.paths import training_dir
from training.scripts.trainer.schema import method_of
from training.scripts.trainer.validate import check

RL_SCRIPT = "run_train_full_rl.sh"
SCRIPTS = {
    "sft": "run_train_full_sft.sh",
    "lora": "run_train_full_lora.sh",
    "merge": "run_merge_lora.sh",
}
MAX_WARNINGS = 20
REFUSED = {"wrong_type", "not_mapping", "bad_yaml", "too_large", "too_complex"}


@dataclass(frozen=True)
class Input:
    """A file that a run reads. `source` describes an upload; None: from the training folder."""

    name: str
    path: Path
    source: str | None
    state: str = ""
    """Whether personal data is in it, as scans of uploads know."""


@dataclass(frozen=True)
class Asked:
    """What of a configuration the platform itself acts on."""

    method: str
    script: str
    num_gpus: int | None
    """None: one where there are any."""
    warnings: list[str] = field(default_factory=list)
    """In the platform's language, for the log."""


@dataclass(frozen=True)
class RunInputs:
    """What a run trains on, and what its configuration asks for."""

    dataset: Input | None
    """None: a merge, which reads no data."""
    config: Input
    asked: Asked


def find_inputs(actor: Actor, project: Project) -> RunInputs:
    """Resolve both names, uploads among what the actor sees, and choose the script.

    Raises Invalid that names every missing file, a path that leaves the training directory,
    a configuration that cannot be read, or a value in it that is not of its kind.
    """
    dataset = _find(actor, project.dataset_name, "datasets", "dataset_name")
    config = _find(actor, project.training_yaml_name, "configs", "training_yaml_name")
    missing = [
        name
        for name, found in (
            (project.dataset_name, dataset),
            (project.training_yaml_name, config),
        )
        if found is None
    ]
    if dataset is None or config is None:
        raise Invalid(_("Not found: %(names)s") % {"names": ", ".join(missing)})
    return RunInputs(dataset, config, asked_in(read_config(config), config.name))


def find_dataset(actor: Actor, project: Project) -> Input:
    """The project's dataset alone. Raises Invalid."""
    return _found(actor, project.dataset_name, "datasets", "dataset_name")


def find_config(actor: Actor, project: Project) -> Input:
    """The project's configuration alone. Raises Invalid."""
    return _found(actor, project.training_yaml_name, "configs", "training_yaml_name")


def _found(actor: Actor, name: str, folder: str, field: str) -> Input:
    found = _find(actor, name, folder, field)
    if found is None:
        raise Invalid(_("Not found: %(names)s") % {"names": name})
    return found


def _find(actor: Actor, name: str, folder: str, field: str) -> Input | None:
    """Relative to the training directory, to its `folder`, or the name of an upload."""
    for root in (training_dir(), training_dir() / folder):
        path = resolve_under(root, name, field=field)
        if path.is_file():
            return Input(name, path, None)
    newest = (
        datasets_selectors.newest_file_named(actor, name)
        if folder == "datasets"
        else datasets_selectors.newest_config_named(actor, name)
    )
    if newest is not None and newest.path.is_file():
        return Input(name, newest.path, newest.description, newest.state)
    return None


def read_config(config: Input) -> bytes:
    """The configuration's bytes. Raises Invalid where it cannot be read or is too large."""
    return read_limited(config.name, lambda: open_plain(config.path))


def read_limited(name: str, opened: Callable[[], BinaryIO]) -> bytes:
    """Of what `opened` opens. Raises Invalid."""
    try:
        with opened() as file:
            data = file.read(settings.TRAIN_CONFIG_MAX_BYTES + 1)
    except OSError as error:
        raise Invalid(
            _("%(name)s cannot be read: %(why)s") % {"name": name, "why": error.strerror}
        ) from error
    if len(data) > settings.TRAIN_CONFIG_MAX_BYTES:
        raise Invalid(_("%(name)s is larger than 5 MiB") % {"name": name})
    return data


def asked_in(data: bytes, name: str) -> Asked:
    """What the configuration asks of the platform.

    Raises Invalid that names key and line where a value is not of its kind; what a script of one's
    own may still make sense of (an unknown key, a model that is not named) is only a warning.
    """
    checked = check(data, name)
    refused = [one for one in checked.errors if one.code in REFUSED]
    if refused:
        language = get_language() or settings.LANGUAGE_CODE
        raise Invalid(f"{name}: " + "; ".join(one.message(language) for one in refused))
    method = method_of(checked.document)
    return Asked(
        method=method,
        script=SCRIPTS.get(method, RL_SCRIPT),
        num_gpus=checked.values["training"]["num_gpus"],
        warnings=[one.message(settings.LANGUAGE_CODE) for one in checked.problems[:MAX_WARNINGS]],
    )
