"""Projects and runs for operators: what the machine knows is read-only, actions go by services."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import actor_of
from core.accounts.admin_audit import Audited
from core.errors import PlatformError
from core.pages.keyset_admin import KeysetLists
from core.read_only_admin import ReadOnly
from projects import services
from projects.configs.inputs import inputs_hold
from projects.models import Artifact, Project, Run, RunEvent
from projects.runs import lifecycle
from projects.runs import services as run_services


@admin.register(Project)
class ProjectAdmin(Audited, KeysetLists, admin.ModelAdmin[Project]):
    list_display = [
        "name", "owner", "visibility", "dataset_name", "training_yaml_name", "created_at",
    ]  # fmt: skip
    list_select_related = ["owner"]
    list_filter = ["visibility", "created_at"]
    search_fields = ["name", "id", "dataset_name", "training_yaml_name", "description"]
    readonly_fields = [
        "id", "file_dataset_id", "config_dataset_id", "created_at", "updated_at",
    ]  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Project, form: Any, change: bool) -> None:
        if not change and obj.owner_id is None:
            obj.owner = actor_of(request).user
        if {"dataset_name", "training_yaml_name", "owner"} & set(form.changed_data):
            inputs_hold(actor_of(request), obj)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Project) -> None:
        self._delete(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        for project in queryset:
            self._delete(request, project)

    def _delete(self, request: HttpRequest, project: Project) -> None:
        try:
            services.project_delete(actor=actor_of(request), project=project)
        except PlatformError as error:
            self.message_user(request, f"{project.name}: {error.message}", messages.ERROR)


class EventInline(ReadOnly, admin.TabularInline[RunEvent, Run]):
    model = RunEvent
    extra = 0
    fields = ("timestamp", "level", "code", "params")
    readonly_fields = fields


class ArtifactInline(ReadOnly, admin.TabularInline[Artifact, Run]):
    model = Artifact
    extra = 0
    fields = ("path", "size", "sha256")
    readonly_fields = fields


@admin.register(Run)
class RunAdmin(ReadOnly, KeysetLists, admin.ModelAdmin[Run]):
    """A run's fields are what was observed: nobody types a state in."""

    list_display = [
        "id", "project", "method", "status", "progress", "priority", "gpus_wanted", "host",
        "executor", "reason", "created_at",
    ]  # fmt: skip
    list_filter = ["status", "origin", "priority", "created_at"]
    list_select_related = ["project"]
    search_fields = [
        "id", "project__name", "method", "executor", "host", "start_command", "reason_code",
    ]  # fmt: skip
    actions = ["stop_runs", "check_state"]
    inlines = [EventInline, ArtifactInline]
    readonly_fields = ["reason", "notice"]

    @admin.action(description=_("Stop the selected runs"), permissions=["view"])
    def stop_runs(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        stopped = 0
        for run in queryset:
            try:
                run_services.run_stop(actor=actor_of(request), run=run)
                stopped += 1
            except PlatformError as error:
                self.message_user(request, f"{run.id}: {error.message}", messages.WARNING)
        self.message_user(request, _("Stop asked for: %(n)s") % {"n": stopped})

    @admin.action(description=_("Check the state again"), permissions=["view"])
    def check_state(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        for run in queryset:
            lifecycle.MACHINE.reconcile(run.id)
        self.message_user(request, _("Checked: %(n)s") % {"n": queryset.count()})
