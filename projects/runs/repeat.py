"""Runs made from runs: repeated with changes, or resumed from a checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict, Invalid
from datasets.selectors import state_stored
from projects.configs.files import Input
from projects.configs.form import apply_changes
from projects.configs.inputs import (
    RunInputs,
    find_config,
    find_dataset,
    find_inputs,
    inputs_of,
    read_config,
)
from projects.models import Project, Run, RunOrigin, RunPriority
from projects.runs import own_config as frozen
from projects.runs import queue
from projects.runs.checkpoints import whole_checkpoints
from projects.runs.make import Plan, run_make
from projects.runs.paths import run_folder


def run_start(*, actor: Actor, project: Project, priority: int = RunPriority.NORMAL) -> Run:
    """Make a run and hand its launch to the worker; nothing here waits on an engine.

    Raises Forbidden, Invalid (missing or bad inputs), Conflict (the gate for personal data),
    StorageFull; then no run is made.
    """
    actor.require("projects.change_project", project)
    queue.require_priority(actor, priority)
    inputs = find_inputs(actor, project)
    return run_make(actor=actor, plan=Plan(project, inputs, priority=priority))


def run_start_with(
    *,
    actor: Actor,
    project: Project,
    config: str | None = None,
    changes: dict[str, Any] | None = None,
    priority: int = RunPriority.NORMAL,
) -> Run:
    """Start a run with `config` in place of the project's file, or with `changes` to it.

    Without either it is `run_start`. Raises what `run_start` raises.
    """
    actor.require("projects.change_project", project)
    if config is None and not changes:
        return run_start(actor=actor, project=project, priority=priority)
    queue.require_priority(actor, priority)
    text = project_config(actor, project) if config is None else config.encode()
    name = Path(project.training_yaml_name).name or "config.yaml"
    text = apply_changes(text, name, changes)
    inputs = _inputs(actor, project, find_dataset(actor, project), name, text)
    return run_make(actor=actor, plan=Plan(project, inputs, config_text=text, priority=priority))


def project_config(actor: Actor, project: Project) -> bytes:
    """The text of the project's configuration. Raises Invalid where it is not there."""
    return read_config(find_config(actor, project))


def run_repeat(
    *,
    actor: Actor,
    run: Run,
    changes: dict[str, Any] | None = None,
    config: str | None = None,
    priority: int = RunPriority.NORMAL,
) -> Run:
    """Train again with `config` (the run's own if none is given) and `changes` by dotted key.

    The dataset is looked for anew, under the project's name for it. A change to None removes
    the key. Raises Invalid, Conflict (the gate), Forbidden.
    """
    actor.require("projects.change_project", run.project)
    queue.require_priority(actor, priority)
    text = frozen.config_bytes(run) if config is None else config.encode()
    text = apply_changes(text, frozen.config_name(run), changes)
    dataset, name = find_dataset(actor, run.project), frozen.config_name(run)
    inputs = _inputs(actor, run.project, dataset, name, text)
    plan = Plan(
        run.project,
        inputs,
        config_text=text,
        origin=RunOrigin.REPEAT,
        parent=run,
        priority=priority,
    )
    return run_make(actor=actor, plan=plan)


def run_resume(
    *,
    actor: Actor,
    run: Run,
    checkpoint: str | None = None,
    changes: dict[str, Any] | None = None,
    priority: int = RunPriority.NORMAL,
) -> Run:
    """Go on from a whole checkpoint (the newest if none is named), on the very same data.

    Raises Conflict while the run is active or where it left no checkpoint, Invalid naming the
    checkpoints that are there.
    """
    actor.require("projects.change_project", run.project)
    queue.require_priority(actor, priority)
    if run.is_active:
        raise Conflict(_("The run is still active"))
    text = apply_changes(frozen.config_bytes(run), frozen.config_name(run), changes)
    inputs = _inputs(actor, run.project, parents_dataset(run), frozen.config_name(run), text)
    plan = Plan(
        run.project,
        inputs,
        config_text=text,
        origin=RunOrigin.RESUME,
        parent=run,
        resumed_from=_chosen(run, checkpoint),
        priority=priority,
    )
    return run_make(actor=actor, plan=plan)


def _chosen(run: Run, checkpoint: str | None) -> str:
    whole = whole_checkpoints(run)
    if not whole:
        raise Conflict(_("The run has left no whole checkpoint"))
    if checkpoint is None:
        return whole[-1]
    if checkpoint not in whole:
        raise Invalid(
            _("There is no whole checkpoint %(name)s; there are: %(names)s")
            % {"name": checkpoint[:80], "names": ", ".join(whole)},
            field="checkpoint",
        )
    return checkpoint


def parents_dataset(run: Run) -> Input:
    """The file that the run trained on: its own copy where it was uploaded."""
    path = Path(run.inputs["dataset"])
    uploaded = bool(run.inputs["uploaded"])
    kept = run_folder(run).inputs / path.name
    if uploaded and kept.is_file():
        path = kept
    if not path.is_file():
        raise Conflict(_("The run's dataset %(name)s is gone") % {"name": path.name})
    source = _("the file of run %(run)s") % {"run": str(run.id)[:8]} if uploaded else None
    state = state_stored(path.name) if uploaded else None
    return Input(path.name, path, source, state or "")


def _inputs(actor: Actor, project: Project, dataset: Input, name: str, text: bytes) -> RunInputs:
    return inputs_of(actor, project, dataset, Input(name, Path(name), None, key="config"), text)
