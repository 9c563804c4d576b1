"""The gate before training: what is done about data that may hold personal data."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict, Invalid
from datasets import selectors as datasets_selectors
from projects.configs.files import Input
from projects.configs.inputs import RunInputs
from projects.models import DataGate, Project

STRICTNESS = [DataGate.OFF, DataGate.WARN, DataGate.REFUSE]


def gate_of(project: Project) -> DataGate:
    """The project's own, else the platform's."""
    return DataGate(project.data_gate or settings.TRAINING_DATA_GATE)


def check(project: Project, inputs: RunInputs) -> list[Input]:
    """Those to warn of, of all that rows are read from. Raises Conflict where the gate is shut."""
    gate = gate_of(project)
    if gate == DataGate.OFF:
        return []
    unsafe = [one for one in inputs.rows if not datasets_selectors.is_safe(one.state)]
    if unsafe and gate == DataGate.REFUSE:
        raise Conflict(
            _("%(files)s. Only clean or de-identified data may be trained on here")
            % {"files": "; ".join(f"{named(one)}: {state_of(one)}" for one in unsafe)},
            field="dataset_name",
        )
    return unsafe


def named(one: Input) -> str:
    """The file as people know it, with the key that names it where it is not the dataset."""
    return one.name if one.key == "dataset" else f"{one.name} ({one.key})"


def state_of(one: Input) -> str:
    return datasets_selectors.state_label(one.state)


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
