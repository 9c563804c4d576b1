"""App configuration of projects."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects")

    def ready(self) -> None:
        post_migrate.connect(schedule_sweep, sender=self)


def schedule_sweep(sender: Any, **kwargs: Any) -> None:
    """The worker's own sweep each minute: the safety net under the agent's finer one."""
    from django_q.models import Schedule

    Schedule.objects.update_or_create(
        name="projects.run_sweep",
        defaults={
            "func": "projects.tasks.run_sweep",
            "schedule_type": Schedule.MINUTES,
            "minutes": 1,
            "repeats": -1,
        },
    )
