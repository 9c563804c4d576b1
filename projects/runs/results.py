"""What a succeeded run has left: a model, or an adapter and the base that it belongs to."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Conflict
from projects.models import Run, RunStatus
from projects.runs.paths import read_run_file, run_folder, training_dir
from training.scripts.trainer.strict_json import is_text, loads

MAX_BYTES = 1024 * 1024


@dataclass(frozen=True)
class RunResult:
    """Paths as this host sees them; `base` is None for a whole model."""

    run_id: UUID
    project: str
    path: Path
    base: str | None

    @property
    def label(self) -> str:
        """A name that any client can type: the project's, as far as it goes, and the run's."""
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", self.project).strip("-.")[:80]
        return f"{plain or 'run'}-{str(self.run_id)[:8]}"


def has_result(run: Run) -> bool:
    """Whether there is something to serve; a reward model scores, and does not speak."""
    return run.status == RunStatus.SUCCEEDED and run.method != "reward" and _final(run).is_dir()


def run_result(run: Run) -> RunResult:
    """Raises Conflict where there is nothing to serve."""
    final = _final(run)
    if not has_result(run):
        raise Conflict(_("The run has left no model to serve"))
    if _leads_out(final, run_folder(run).root):
        raise Conflict(_("Links in the run's result lead out of its folder"))
    base = None
    if (final / "adapter_config.json").is_file():
        base = _base_of(run)
        if base is None:
            raise Conflict(_("The adapter does not say which model it belongs to"))
    return RunResult(run.id, run.project.name, final, base)


def _final(run: Run) -> Path:
    return run_folder(run).output / "final"


def _leads_out(final: Path, root: Path) -> bool:
    """Whether an engine that serves the folder would be led to other files of this host."""
    inside = root.resolve()
    if not final.resolve().is_relative_to(inside):
        return True
    for folder, folders, names in os.walk(final):
        for name in (*folders, *names):
            path = Path(folder) / name
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                return True
    return False


def _base_of(run: Run) -> str | None:
    try:
        found = loads(read_run_file(run, "output/final/adapter_config.json", MAX_BYTES))
    except (OSError, ValueError):
        return None
    named = found.get("base_model_name_or_path") if isinstance(found, dict) else None
    return _here(named) if isinstance(named, str) and named and is_text(named) else None


def _here(path: str) -> str:
    """A path of the training container as this host has it."""
    inside = str(settings.TRAINING_WORKDIR)
    host = str(training_dir())
    if not path.startswith(host) and path.startswith(inside + "/"):
        return host + path[len(inside) :]
    return path
