"""Finds the dataset and configuration that a project names, and what its configuration asks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from datasets import selectors as datasets_selectors
from platform_site.accounts.actor import Actor
from platform_site.errors import Invalid
from platform_site.paths import resolve_under
from platform_site.safe_yaml import load_mapping
from projects.models import Project
from projects.paths import training_dir

SCRIPTS = {
    "sft": "run_train_full_sft.sh",
    "lora": "run_train_full_lora.sh",
    "merge": "run_merge_lora.sh",
    **dict.fromkeys(("rl", "ppo", "dpo", "grpo", "kto", "rloo", "reward"), "run_train_full_rl.sh"),
}
DEFAULT_TYPE = "sft"
DEFAULT_RL = "ppo"
MAX_GPUS = 1024


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


@dataclass(frozen=True)
class RunInputs:
    """What a run trains on, and what its configuration asks for."""

    dataset: Input
    config: Input
    asked: Asked


def find_inputs(actor: Actor, project: Project) -> RunInputs:
    """Resolve both names, uploads among what the actor sees, and choose the script.

    Raises Invalid that names every missing file, a path that leaves the training directory,
    a configuration that cannot be read, or an unknown `job.type`.
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
    try:
        with config.path.open("rb") as file:
            data = file.read(settings.TRAIN_CONFIG_MAX_BYTES + 1)
    except OSError as error:
        raise Invalid(
            _("%(name)s cannot be read: %(why)s") % {"name": config.name, "why": error.strerror}
        ) from error
    if len(data) > settings.TRAIN_CONFIG_MAX_BYTES:
        raise Invalid(_("%(name)s is larger than 5 MiB") % {"name": config.name})
    return data


def asked_in(data: bytes, name: str) -> Asked:
    """What the configuration asks of the platform. Raises Invalid."""
    document = load_mapping(data, field=name)
    job = _mapping(document, "job", name)
    kind = job.get("type", DEFAULT_TYPE)
    if not isinstance(kind, str) or kind not in SCRIPTS:
        raise Invalid(
            _("%(name)s: job.type must be one of %(allowed)s, not %(type)s")
            % {"name": name, "allowed": ", ".join(SCRIPTS), "type": str(kind)[:80]}
        )
    method = job.get("method", DEFAULT_RL) if kind == "rl" else kind
    return Asked(str(method)[:16], SCRIPTS[kind], _num_gpus(document, name))


def _mapping(document: dict[str, Any], section: str, name: str) -> dict[str, Any]:
    value = document.get(section)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Invalid(
            _("%(name)s: %(section)s must be a mapping") % {"name": name, "section": section}
        )
    return value


def _num_gpus(document: dict[str, Any], name: str) -> int | None:
    value = _mapping(document, "training", name).get("num_gpus")
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= MAX_GPUS:
        raise Invalid(
            _("%(name)s: training.num_gpus must be a whole number, 0 to %(most)s, not %(value)s")
            % {"name": name, "most": MAX_GPUS, "value": str(value)[:80]}
        )
    return value
