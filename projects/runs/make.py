"""Makes a run's row and folder: for a start, a repetition, a resumption or a merge alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django_q.tasks import async_task

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import StorageFull
from core.files.paths import write_atomic
from core.full_disk import FULL_DISK_ERRORS, STORAGE_FULL_MESSAGE
from datasets import selectors as datasets_selectors
from projects.configs import gate
from projects.configs.inputs import RunInputs
from projects.models import Project, Run, RunOrigin, RunPriority
from projects.runs import queue
from projects.runs.paths import run_folder
from projects.runs.state import event_add, events_flush


@dataclass(frozen=True)
class Plan:
    """What a run is made from. `config_text`: its configuration where no file has it."""

    project: Project
    inputs: RunInputs
    config_text: bytes | None = None
    origin: RunOrigin = RunOrigin.PROJECT
    parent: Run | None = None
    resumed_from: str = ""
    priority: int = RunPriority.NORMAL


def run_make(*, actor: Actor, plan: Plan) -> Run:
    """Write row, folder and first log lines, and hand the launch to the worker.

    Raises Invalid (more GPUs than any host has), Conflict (the gate for personal data),
    StorageFull; then no run is made.
    """
    inputs = plan.inputs
    unsafe = gate.check(plan.project, inputs)
    run = Run(
        project=plan.project,
        started_by=actor.user,
        start_command=f"bash {inputs.asked.script} {inputs.config.name}",
        data_state=datasets_selectors.worst_state(one.state for one in inputs.rows),
        method=inputs.asked.method,
        origin=plan.origin,
        parent=plan.parent,
        resumed_from=plan.resumed_from,
        priority=plan.priority,
        gpus_wanted=queue.gpus_wanted(inputs.asked),
    )
    folder = run_folder(run)
    try:
        folder.create()
        run.inputs = _described(plan, run)
        with transaction.atomic():
            Project.objects.select_for_update().get(id=plan.project.id)
            run.save(force_insert=True)
            _tell(actor, plan, run)
            inputs_keep(plan.project, inputs)
            for one in unsafe:
                params = {"name": gate.named(one), "state": gate.state_of(one)}
                event_add(run, code="personal_data", params=params, level="warning")
            async_task("projects.tasks.run_launch", str(run.id))
    except OSError as error:
        folder.remove()
        if error.errno in FULL_DISK_ERRORS:
            raise StorageFull(STORAGE_FULL_MESSAGE) from error
        raise
    except BaseException:
        folder.remove()
        raise
    events_flush(run)
    return run


def inputs_keep(project: Project, inputs: RunInputs) -> None:
    """From now on the project means the uploads of others that it was first run with.

    A name that means one's own needs no keeping: nobody's upload goes before it.
    """
    held = {}
    for name, used in (("file_dataset_id", inputs.dataset), ("config_dataset_id", inputs.config)):
        upload = used.upload if used else None
        if upload and getattr(project, name) is None and upload.owner_id != project.owner_id:
            held[name] = upload.dataset_id
    if held:
        Project.objects.filter(id=project.id).update(**held)


def _described(plan: Plan, run: Run) -> dict[str, Any]:
    """What the launch reads; a configuration of the run's own is frozen right away."""
    config, dataset = plan.inputs.config.path, plan.inputs.dataset
    if plan.config_text is not None:
        config = run_folder(run).inputs / config.name
        write_atomic(config, plan.config_text)
    return {
        "script": plan.inputs.asked.script,
        "dataset": str(dataset.path) if dataset else "",
        "config": str(config),
        "uploaded": dataset is not None and dataset.source is not None,
        "named": {
            one.key: {"path": str(one.path), "uploaded": one.upload is not None}
            for one in plan.inputs.named
            if one.path.is_file()
        },
    }


def _tell(actor: Actor, plan: Plan, run: Run) -> None:
    event_add(run, code="created", params={"command": run.start_command})
    changes = {"run": [None, str(run.id)], "command": [None, run.start_command]}
    audit.record(actor, "run.start", plan.project, changes=changes)
    for used in (plan.inputs.dataset, plan.inputs.config, *plan.inputs.named):
        if used is not None and used.source:
            params = {"name": used.name, "source": used.source}
            event_add(run, code="input_taken", params=params)
    if plan.parent is not None:
        params = {"run": str(plan.parent.id)[:8], "checkpoint": plan.resumed_from}
        event_add(run, code=f"made_by_{plan.origin}", params=params)

    for problem in plan.inputs.asked.warnings:
        params = {"name": plan.inputs.config.name, "problem": problem}
        event_add(run, code="config_problem", params=params, level="warning")
