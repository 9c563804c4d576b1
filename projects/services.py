"""Writes of projects: create and delete. Those of their runs: projects.runs.services."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict, Invalid
from core.files.paths import check_relative
from projects.configs.inputs import inputs_hold
from projects.models import Project
from projects.runs.paths import run_folder


def project_create(
    *,
    actor: Actor,
    name: str,
    dataset_name: str,
    training_yaml_name: str,
    description: str | None = None,
) -> Project:
    """Create a project. The files may come later; their names may not leave the folder.

    An upload that a name means now is held: the project means it whatever others share later.

    Raises Invalid naming the field, Conflict if the name is taken.
    """
    actor.require("projects.add_project")
    if not name.strip():
        raise Invalid(_("The name must not be empty"), field="name")
    check_relative(dataset_name, field="dataset_name")
    check_relative(training_yaml_name, field="training_yaml_name")
    try:
        with transaction.atomic():
            project = Project(
                owner=actor.user,
                name=name,
                dataset_name=dataset_name,
                training_yaml_name=training_yaml_name,
                description=description,
            )
            inputs_hold(actor, project)
            project.save(force_insert=True)
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
