"""Schedules of background tasks, kept in step with the code at each migration."""

from __future__ import annotations

from typing import Any


def keep_schedule(name: str, func: str, **when: Any) -> None:
    """Make or correct the schedule called `name`; it repeats for ever."""
    from django_q.models import Schedule

    Schedule.objects.update_or_create(name=name, defaults={"func": func, "repeats": -1, **when})
