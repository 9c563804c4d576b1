"""Checkpoints of runs: which are whole, and how a resumed run gets the one it goes on from."""

from __future__ import annotations

import os
import re
import shutil
from typing import Any

from core.execution.executor import ExecutorError
from core.execution.run_folder import RunFolder
from core.files.paths import link_or_copy
from projects.models import Run
from projects.runs.metrics import INHERITED, points_of
from projects.runs.paths import run_folder
from training.scripts.trainer.strict_json import dumps

NAME = re.compile(r"checkpoint-(\d{1,18})")


def step_of(name: str) -> int:
    match = NAME.fullmatch(name)
    return int(match[1]) if match else 0


def whole_checkpoints(run: Run) -> list[str]:
    """Names, oldest first. A checkpoint's trainer_state.json is written last."""
    try:
        found = [entry.name for entry in os.scandir(run_folder(run).output)]
    except OSError:
        return []
    whole = [
        name
        for name in found
        if NAME.fullmatch(name) and (run_folder(run).output / name / "trainer_state.json").is_file()
    ]
    return sorted(whole, key=step_of)


def checkpoint_take(run: Run) -> None:
    """Put the parent's checkpoint and its steps so far into a resumed run's folder.

    Safe to repeat: each part appears whole or not at all. Raises ExecutorError where the
    checkpoint is gone.
    """
    if not run.resumed_from:
        return
    folder = run_folder(run)
    target = folder.output / run.resumed_from
    if target.exists():
        return
    if run.parent is None or run.resumed_from not in whole_checkpoints(run.parent):
        raise ExecutorError("checkpoint_gone", checkpoint=run.resumed_from)
    _inherit_points(run.parent, folder, step_of(run.resumed_from))
    temporary = folder.output / f".{run.resumed_from}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    source = run_folder(run.parent).output / run.resumed_from
    shutil.copytree(source, temporary, symlinks=True, copy_function=link_or_copy)
    temporary.rename(target)


def _inherit_points(parent: Run, folder: RunFolder, step: int) -> None:
    """Metrics lines up to the checkpoint, so that the resumed run's curves are whole."""
    kept, temporary = folder.inputs / INHERITED, folder.inputs / f".{INHERITED}.tmp"
    with temporary.open("w", encoding="utf-8") as file:
        for point in points_of(parent):
            if _belongs(point, step):
                file.write(f"{dumps(point)}\n")
    temporary.replace(kept)
    # The training goes on writing its own.
    shutil.copyfile(kept, temporary)
    temporary.replace(folder.output / "metrics.jsonl")


def _belongs(point: dict[str, Any], step: int) -> bool:
    return point["step"] <= step and point.get("event") in (None, "eval")
