"""What the worker does by the clock."""

from __future__ import annotations

import pytest
from django.utils.module_loading import import_string
from django_q.models import Schedule


@pytest.mark.django_db
def test_the_sweep_is_scheduled_once_and_can_be_called() -> None:
    schedule = Schedule.objects.get(name="projects.run_sweep")
    import_string(schedule.func)()
