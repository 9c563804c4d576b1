"""The gate before training: what is done about data that may hold personal data."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict, Invalid
from datasets import selectors as datasets_selectors
from projects.configs.inputs import Input
from projects.models import DataGate, Project

STRICTNESS = [DataGate.OFF, DataGate.WARN, DataGate.REFUSE]


def gate_of(project: Project) -> DataGate:
    """The project's own, else the platform's."""
    return DataGate(project.data_gate or settings.TRAINING_DATA_GATE)


def check(project: Project, dataset: Input) -> bool:
    """Whether a warning is due. Raises Conflict where the gate is shut."""
    gate = gate_of(project)
    if gate == DataGate.OFF or datasets_selectors.is_safe(dataset.state):
        return False
    if gate == DataGate.REFUSE:
        raise Conflict(
            _("%(name)s: %(state)s. Only clean or de-identified data may be trained on here")
            % {"name": dataset.name, "state": datasets_selectors.state_label(dataset.state)},
            field="dataset_name",
        )
    return True


@transaction.atomic
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
    project.save(update_fields=["data_gate", "updated_at"])
    audit.record(actor, "project.gate", project, changes=changes)
    return project
