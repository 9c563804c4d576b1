"""The copies of uploads that runs keep in inputs/: made at the launch, gone with the upload.

A copy, never a link: a script may write what it reads, and the upload is read by others. It is
removed once nobody needs it, so that deleted data is deleted; the run's digests stay.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.ownership import may_see
from core.execution.executor import ExecutorError
from core.files.paths import clone_or_copy
from core.identifiers import as_uuid
from datasets.selectors import stored_names
from datasets.signals import Kept
from projects.models import ACTIVE_STATUSES, Run
from projects.runs.paths import run_folder, runs_ended_here, training_dir

READ_ONLY = 0o444
logger = logging.getLogger(__name__)


def frozen_copy(source: Path, folder: Path) -> Path:
    """A copy of `source` in `folder` that nobody writes by accident, made once."""
    target = folder / source.name
    if target.exists():
        return target
    temporary = folder / f".{source.name}.tmp"
    temporary.unlink(missing_ok=True)
    try:
        clone_or_copy(source, temporary)
    except FileNotFoundError as error:
        raise ExecutorError("input_missing", name=source.name) from error
    temporary.chmod(READ_ONLY)
    temporary.replace(target)
    return target


def named_data(run: Run) -> dict[str, str]:
    """Environment that says where the files lie that the configuration names by key.

    What the gate was asked about is what the script is led to, whatever lies under that name now.
    """
    found = {}
    for key, one in run.inputs.get("named", {}).items():
        name = "LLM_PLATFORM_" + key.upper().replace(".", "_")
        found[name] = str(_named(run, one["path"], one["uploaded"]))
    return found


def _named(run: Run, path: str, uploaded: bool) -> Path:
    if uploaded:
        return frozen_copy(Path(path), run_folder(run).inputs)
    if not Path(path).is_file():
        raise ExecutorError("input_missing", name=Path(path).name)
    return Path(path)


def copies_forget(*, actor: Actor, names: Collection[str]) -> list[Kept]:
    """Remove, once the caller's transaction is committed, all copies of uploads that are being
    deleted; which runs keep theirs for now, and why."""
    kept: list[Kept] = []
    for run_id, paths in _holders(names):
        run = Run.objects.select_related("project").filter(id=run_id).first()
        if run is not None and _needs(run):
            kept.append(_kept(actor, run))
        else:
            transaction.on_commit(partial(_remove, paths))
    return kept


def copies_prune() -> None:
    """Housekeeping: copies of uploads that are gone, of runs that no longer need them."""
    known = stored_names()
    for run in runs_ended_here().only("id", "inputs", "status").iterator():
        gone = _uploads_of(run) - known
        paths = _held(run_folder(run).inputs, gone) if gone else []
        if paths and not _needs(run):
            _remove(paths)


def _uploads_of(run: Run) -> set[str]:
    """The names that its uploaded data is stored under; a configuration is the run's own."""
    named = [one["path"] for one in run.inputs.get("named", {}).values() if one["uploaded"]]
    dataset = [run.inputs.get("dataset", "")] if run.inputs.get("uploaded") else []
    return {Path(path).name for path in (*dataset, *named)}


def _holders(names: Collection[str]) -> Iterator[tuple[UUID, list[Path]]]:
    """Runs whose folders have copies of uploads of these names: one look at each folder."""
    for folder in (training_dir() / "runs").glob("*/inputs"):
        if paths := _held(folder, names):
            yield as_uuid(folder.parent.name), paths


def _held(folder: Path, names: Collection[str]) -> list[Path]:
    """Copies in the folder, and what a broken-off launch left of one."""
    paths = [folder / name for name in names] + [folder / f".{name}.tmp" for name in names]
    return [path for path in paths if path.is_file()]


def _needs(run: Run) -> bool:
    """While it is active, or a run that goes on from it has not taken its own copy yet."""
    active = Run.objects.filter(status__in=ACTIVE_STATUSES)
    return run.is_active or active.filter(parent=run, submitted_at=None).exists()


def _kept(actor: Actor, run: Run) -> Kept:
    seen = may_see(actor.user, run.project)
    who = f"{run.project.name} {str(run.id)[:8]}" if seen else _("a run that you do not see")
    why = _("a run is still active; the copy goes when it has ended")
    return Kept(_("Run %(run)s") % {"run": who} if seen else who, why)


def _remove(paths: list[Path]) -> None:
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("copy of deleted data not removed: %s: %s", path, error)
