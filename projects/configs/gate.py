"""The gate before training: what is done about data that may hold personal data."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Conflict
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
