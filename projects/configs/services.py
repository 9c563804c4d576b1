"""What people set of a project's data and configuration: its gate."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Invalid
from projects.configs.gate import STRICTNESS
from projects.models import DataGate, Project


def gate_set(*, actor: Actor, project: Project, gate: str) -> Project:
    """Set the project's gate. Only operators open it wider than the platform's is."""
    actor.require("projects.change_project", project)
    if gate not in DataGate.values:
        raise Invalid(
            _("Must be one of %(allowed)s") % {"allowed": ", ".join(filter(None, DataGate.values))},
            field="gate",
        )
    platform = DataGate(settings.TRAINING_DATA_GATE)
    if gate and STRICTNESS.index(DataGate(gate)) < STRICTNESS.index(platform):
        actor.require("projects.loosen_gate")
    changes = {"data_gate": [project.data_gate, gate]}
    project.data_gate = gate
    with transaction.atomic():
        project.save(update_fields=["data_gate", "updated_at"])
        audit.record(actor, "project.gate", project, changes=changes)
    return project
