"""App configuration of projects."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from core.schedules import keep_schedule
from datasets.signals import Kept, files_deleted


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects")

    def ready(self) -> None:
        post_migrate.connect(schedule_sweep, sender=self)
        files_deleted.connect(forget_copies, dispatch_uid="projects.forget_copies")


def schedule_sweep(sender: Any, **kwargs: Any) -> None:
    """The worker's own sweep each minute: the safety net under the agent's finer one."""
    keep_schedule("projects.run_sweep", "projects.tasks.run_sweep", schedule_type="I", minutes=1)


def forget_copies(sender: Any, *, actor: Any, stored_names: list[str], **kwargs: Any) -> list[Kept]:
    """Copies in run folders go with the uploads that they are of."""
    from projects.runs.input_copies import copies_forget

    return copies_forget(actor=actor, names=stored_names)
