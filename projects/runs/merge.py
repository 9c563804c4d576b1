"""Merges a run's LoRA adapter into its base: a run of its own, so it is seen, logged and kept."""

from __future__ import annotations

from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.errors import Conflict
from datasets.selectors import state_stored
from projects.configs.files import Input
from projects.configs.inputs import RunInputs, asked_in
from projects.models import Run, RunOrigin, RunStatus
from projects.runs.make import Plan, run_make
from projects.runs.paths import run_folder

NAME = "merge.yaml"


def can_merge(run: Run) -> bool:
    """Whether the run has left an adapter."""
    adapter = run_folder(run).output / "final" / "adapter_config.json"
    return run.status == RunStatus.SUCCEEDED and adapter.is_file()


def run_merge(*, actor: Actor, run: Run) -> Run:
    """Raises Conflict where there is no adapter to merge."""
    actor.require("projects.change_project", run.project)
    if not can_merge(run):
        raise Conflict(_("The run has left no LoRA adapter to merge"))
    # Relative to the training directory, which a container has elsewhere.
    document = {
        "job": {"type": "merge"},
        "model": {"adapter": f"runs/{run.id}/output/final"},
    }
    text = yaml.safe_dump(document, sort_keys=False).encode()
    config = Input(NAME, Path(NAME), None, key="config")
    inputs = RunInputs(None, config, asked_in(text, NAME), learnt=(_learnt(run),))
    plan = Plan(run.project, inputs, config_text=text, origin=RunOrigin.MERGE, parent=run)
    return run_make(actor=actor, plan=plan)


def _learnt(run: Run) -> Input:
    """The data that the adapter was trained on, as its upload is judged now; once that is gone, as
    the run wrote it down."""
    path = Path(run.inputs["dataset"])
    state = state_stored(path.name) if run.inputs["uploaded"] else None
    return Input(path.name, path, None, run.data_state if state is None else state)
