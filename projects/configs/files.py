"""Files that a run reads: where they may lie, and those that a configuration names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.ownership import find_visible
from core.errors import Invalid
from core.files.paths import check_relative, resolve_under
from core.identifiers import as_uuid
from datasets.names import FILES, Upload, upload_named
from projects.models import Project, Run
from projects.runs.paths import training_dir
from training.scripts.trainer.schema import FILE, MODEL, named_files


@dataclass(frozen=True)
class Input:
    """A file that a run reads. `source` describes an upload; None: from the training folder."""

    name: str
    path: Path
    source: str | None
    state: str = ""
    """Whether personal data is in it, as scans of uploads know."""
    key: str = "dataset"
    """What names it: the project's dataset or config, or a key of the configuration."""
    upload: Upload | None = None


def taken(name: str, upload: Upload, key: str) -> Input | None:
    """An upload as a run's input; None where its file has gone from the disk."""
    if not upload.path.is_file():
        return None
    return Input(name, upload.path, upload.description, upload.state, key, upload)


def data_named(actor: Actor, project: Project, document: Mapping[str, Any]) -> list[Input]:
    """Files of rows that the configuration names, each in datasets/ or an upload.

    One that is not there has an empty path: nobody knows what will lie there when the run begins.
    Raises Invalid for one that is elsewhere.
    """
    named = named_files(document, FILE)
    return [_data(actor, project, key, name) for key, name in named.items()]


def _data(actor: Actor, project: Project, key: str, name: str) -> Input:
    base = (training_dir() / "datasets").resolve()
    for root in (training_dir(), training_dir() / "datasets"):
        path = resolve_under(root, name, field=key)
        if path.is_file():
            if not path.is_relative_to(base):
                raise Invalid(
                    _("%(key)s: %(name)s must lie in datasets/, or be an upload")
                    % {"key": key, "name": name},
                    field=key,
                )
            return Input(name, path, None, key=key)
    upload = upload_named(FILES, name, owner=project.owner, actor=actor)
    found = taken(name, upload, key) if upload else None
    return found or Input(name, Path(), None, key=key)


def refuse_run_folder(path: Path, key: str, name: str) -> None:
    """What lies in runs/ is its run's: its project says who sees it, not whoever names a path."""
    if path.is_relative_to((training_dir() / "runs").resolve()):
        raise Invalid(
            _("%(key)s: %(name)s lies in the folder of a run; it cannot be trained on")
            % {"key": key, "name": name},
            field=key,
        )


def models_check(actor: Actor, document: Mapping[str, Any]) -> None:
    """Raise Invalid for a model that lies where models of this run may not come from."""
    for key, name in named_files(document, MODEL).items():
        if not _is_in_model_roots(Path(name)):
            check_relative(name, field=key)
            _check_run(actor, key, name)


def _is_in_model_roots(path: Path) -> bool:
    """An absolute path below a folder that the operator has opened, links followed."""
    roots = (Path(root).resolve() for root in settings.MODEL_ROOTS)
    return path.is_absolute() and any(path.resolve().is_relative_to(root) for root in roots)


def _check_run(actor: Actor, key: str, name: str) -> None:
    """A model of a run is for those who see the run."""
    base = (training_dir() / "runs").resolve()
    for root in (training_dir(), training_dir() / "models"):
        path = (root / name).resolve()
        if path.is_relative_to(base) and not _sees_run(actor, path.relative_to(base)):
            raise Invalid(
                _("%(key)s: there is no run that you see at %(name)s") % {"key": key, "name": name},
                field=key,
            )


def _sees_run(actor: Actor, inside: Path) -> bool:
    run_id = as_uuid(inside.parts[0] if inside.parts else "")
    run = find_visible(Run.objects.filter(id=run_id), actor, "project__")
    return run is not None
