"""App configuration of deployments."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from core.schedules import keep_schedule


class DeploymentsConfig(AppConfig):
    name = "deployments"
    verbose_name = _("Deployments")

    def ready(self) -> None:
        post_migrate.connect(schedule_sweep, sender=self)


def schedule_sweep(sender: Any, **kwargs: Any) -> None:
    """The worker's own sweep each minute: the safety net under the agent's finer one."""
    keep_schedule(
        "deployments.sweep", "deployments.tasks.deployment_sweep", schedule_type="I", minutes=1
    )
