"""Writes of projects and what people ask of runs: create, start, stop, delete."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict, Invalid
from core.files.paths import check_relative
from projects.configs.inputs import find_inputs
from projects.models import ACTIVE_STATUSES, Project, Run, RunPriority
from projects.runs import queue
from projects.runs.lifecycle import MACHINE
from projects.runs.make import Plan, run_make
from projects.runs.paths import run_folder
from projects.runs.state import event_add, events_flush


def project_create(
    *,
    actor: Actor,
    name: str,
    dataset_name: str,
    training_yaml_name: str,
    description: str | None = None,
) -> Project:
    """Create a project. The files may come later; their names may not leave the folder.

    Raises Invalid naming the field, Conflict if the name is taken.
    """
    actor.require("projects.add_project")
    if not name.strip():
        raise Invalid(_("The name must not be empty"), field="name")
    check_relative(dataset_name, field="dataset_name")
    check_relative(training_yaml_name, field="training_yaml_name")
    try:
        with transaction.atomic():
            project = Project.objects.create(
                owner=actor.user,
                name=name,
                dataset_name=dataset_name,
                training_yaml_name=training_yaml_name,
                description=description,
            )
            fields = ("name", "dataset_name", "training_yaml_name", "visibility")
            audit.created(actor, "project.create", project, *fields)
            return project
    except IntegrityError as error:
        raise Conflict(
            _("There already is a project named %(name)s") % {"name": name}, field="name"
        ) from error


def project_delete(*, actor: Actor, project: Project) -> None:
    """Delete a project, its runs and their folders. Conflict while a run is active."""
    actor.require("projects.delete_project", project)
    with transaction.atomic():
        locked = Project.objects.select_for_update().get(id=project.id)
        runs = list(locked.runs.only("id", "status"))
        if any(run.is_active for run in runs):
            raise Conflict(_("A run of this project is still active: stop it first"))
        audit.record(actor, "project.delete", locked, changes={"runs": [len(runs), 0]})
        locked.delete()
    for run in runs:
        run_folder(run).remove()


def run_start(*, actor: Actor, project: Project, priority: int = RunPriority.NORMAL) -> Run:
    """Make a run and hand its launch to the worker; nothing here waits on an engine.

    Raises Forbidden, Invalid (missing or bad inputs), Conflict (the gate for personal data),
    StorageFull; then no run is made.
    """
    actor.require("projects.change_project", project)
    queue.require_priority(actor, priority)
    inputs = find_inputs(actor, project)
    return run_make(actor=actor, plan=Plan(project, inputs, priority=priority))


def run_stop(*, actor: Actor, run: Run) -> Run:
    """Ask for the end of a run; Conflict if it has ended. Asking twice is asking once."""
    actor.require("projects.change_project", run.project)
    with transaction.atomic():
        asked = Run.objects.filter(
            id=run.id, status__in=ACTIVE_STATUSES, stop_requested_at=None
        ).update(stop_requested_at=timezone.now(), updated_at=timezone.now())
        if asked:
            event_add(run, code="stop_requested", level="warning")
            audit.record(actor, "run.stop", run.project, changes={"run": [str(run.id), None]})
    run.refresh_from_db()
    if not asked and not run.is_active:
        raise Conflict(_("The run has already ended (%(status)s)") % {"status": run.status})
    MACHINE.stop_unclaimed(run)
    if run.is_active:
        # On the run's own host; the platform's one host where the run is of older days.
        async_task("projects.tasks.run_reconcile", str(run.id), cluster=run.host or None)
    events_flush(run)
    return run
