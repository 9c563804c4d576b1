"""Finds the dataset and configuration that a project names, and what its configuration asks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Invalid
from core.files.paths import resolve_under
from core.files.plain_files import open_plain
from datasets.names import CONFIGS, FILES, Kind, upload_held, upload_named
from projects.configs.files import Input, data_named, models_check, refuse_run_folder, taken
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
class Asked:
    """What of a configuration the platform itself acts on."""

    method: str
    script: str
    num_gpus: int | None
    """None: one where there are any."""
    warnings: list[str] = field(default_factory=list)
    """In the platform's language, for the log."""
    document: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RunInputs:
    """What a run trains on, and what its configuration asks for."""

    dataset: Input | None
    """None: a merge, which reads no data."""
    config: Input
    asked: Asked
    named: tuple[Input, ...] = ()
    """Other files of rows: those that the configuration names."""
    learnt: tuple[Input, ...] = ()
    """What a run learnt from whose result this one takes, without reading it again."""

    @property
    def rows(self) -> list[Input]:
        """Whatever people's data may come from."""
        return [*([self.dataset] if self.dataset else []), *self.named, *self.learnt]


def find_inputs(actor: Actor, project: Project) -> RunInputs:
    """Resolve both names, uploads among what the actor sees, and choose the script.

    Raises Invalid that names every missing file, a path that leaves the training directory,
    a configuration that cannot be read, or a value in it that is not of its kind.
    """
    dataset, config = _find(actor, project, DATASET), _find(actor, project, CONFIG)
    names = ((project.dataset_name, dataset), (project.training_yaml_name, config))
    missing = [name for name, found in names if found is None]
    if dataset is None or config is None:
        raise Invalid(_("Not found: %(names)s") % {"names": ", ".join(missing)})
    return inputs_of(actor, project, dataset, config, read_config(config))


def inputs_of(
    actor: Actor, project: Project, dataset: Input | None, config: Input, text: bytes
) -> RunInputs:
    """With all files that the configuration's text names. Raises Invalid."""
    asked = asked_in(text, config.name)
    models_check(actor, asked.document)
    named = data_named(actor, project, asked.document)
    return RunInputs(dataset, config, asked, tuple(named))


def find_dataset(actor: Actor, project: Project) -> Input:
    """The project's dataset alone. Raises Invalid."""
    return _found(actor, project, DATASET)


def find_config(actor: Actor, project: Project) -> Input:
    """The project's configuration alone. Raises Invalid."""
    return _found(actor, project, CONFIG)


@dataclass(frozen=True)
class Place:
    """Where one of a project's two names is looked for."""

    key: str
    field: str
    folder: str
    held: str
    kind: Kind


DATASET = Place("dataset", "dataset_name", "datasets", "file_dataset_id", FILES)
CONFIG = Place("config", "training_yaml_name", "configs", "config_dataset_id", CONFIGS)


def inputs_hold(actor: Actor, project: Project) -> None:
    """Let the project mean the uploads that its names mean now; the caller saves it.

    A name that means nothing yet, or nothing good, is told of when a run is started.
    """
    for place in (DATASET, CONFIG):
        setattr(project, place.held, None)
        with suppress(Invalid):
            found = _find(actor, project, place)
            if found is not None and found.upload is not None:
                setattr(project, place.held, found.upload.dataset_id)


def _found(actor: Actor, project: Project, place: Place) -> Input:
    found = _find(actor, project, place)
    if found is None:
        raise Invalid(_("Not found: %(names)s") % {"names": getattr(project, place.field)})
    return found


def _find(actor: Actor, project: Project, place: Place) -> Input | None:
    """The upload that the project holds; else a file of the training directory or of its folder,
    else what the name means among uploads."""
    name, held = getattr(project, place.field), getattr(project, place.held)
    if held is not None:
        upload = upload_held(place.kind, name, dataset_id=held, actor=actor)
        return taken(name, upload, place.key)
    for root in (training_dir(), training_dir() / place.folder):
        path = resolve_under(root, name, field=place.field)
        if path.is_file():
            refuse_run_folder(path, place.field, name)
            return Input(name, path, None, key=place.key)
    found = upload_named(place.kind, name, owner=project.owner, actor=actor)
    return taken(name, found, place.key) if found is not None else None


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
        document=checked.document,
        num_gpus=checked.values["training"]["num_gpus"],
        warnings=[one.message(settings.LANGUAGE_CODE) for one in checked.problems[:MAX_WARNINGS]],
    )
