"""Deployments for operators: what the machine knows is read-only, actions go by services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import Actor, actor_of
from core.errors import PlatformError
from core.pages.keyset_admin import KeysetLists
from core.read_only_admin import ReadOnly
from deployments import services
from deployments.models import Adapter, Deployment, DeploymentEvent, Usage


class AdapterInline(ReadOnly, admin.TabularInline[Adapter, Deployment]):
    model = Adapter
    extra = 0
    fields = ("name", "path", "state", "message")


class EventInline(ReadOnly, admin.TabularInline[DeploymentEvent, Deployment]):
    model = DeploymentEvent
    extra = 0
    fields = ("timestamp", "level", "code", "params")


@admin.register(Deployment)
class DeploymentAdmin(ReadOnly, KeysetLists, admin.ModelAdmin[Deployment]):
    """A deployment's fields are what was asked for and observed: nobody types a state in."""

    list_display = [
        "id", "model_path", "owner", "status", "health_ok", "host", "port", "gpu_ids", "reason",
        "created_at",
    ]  # fmt: skip
    list_filter = ["status", "health_ok", "restart_policy", "created_at"]
    list_select_related = ["owner"]
    search_fields = ["id", "model_path", "model_version", "host", "tags", "extra_args"]
    actions = ["stop", "force_stop", "restart", "remove"]
    inlines = [AdapterInline, EventInline]
    readonly_fields = ["reason", "notice", "phase"]

    @admin.action(description=_("Stop the selected deployments"), permissions=["view"])
    def stop(self, request: HttpRequest, queryset: QuerySet[Deployment]) -> None:
        self._each(request, queryset, services.deployment_stop)

    @admin.action(description=_("Force the selected deployments to stop"), permissions=["view"])
    def force_stop(self, request: HttpRequest, queryset: QuerySet[Deployment]) -> None:
        self._each(request, queryset, services.deployment_stop, force=True)

    @admin.action(description=_("Restart the selected deployments"), permissions=["view"])
    def restart(self, request: HttpRequest, queryset: QuerySet[Deployment]) -> None:
        self._each(request, queryset, services.deployment_restart)

    @admin.action(description=_("Remove the selected deployments"), permissions=["view"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Deployment]) -> None:
        """Those that still run are only told to stop: waiting for each would hold the page."""
        ended = [row for row in queryset if not row.is_active]
        self._each(request, queryset.exclude(id__in=[row.id for row in ended]),
                   services.deployment_stop)  # fmt: skip
        self._each(request, ended, services.deployment_remove)

    def _each(
        self, request: HttpRequest, rows: Any, service: Callable[..., object], **more: Any
    ) -> None:
        actor: Actor = actor_of(request)
        done = 0
        for row in rows:
            try:
                service(actor=actor, deployment=row, **more)
                done += 1
            except PlatformError as error:
                self.message_user(request, f"{row}: {error.message}", messages.WARNING)
        if done:
            self.message_user(request, _("Done: %(n)s") % {"n": done})


@admin.register(Usage)
class UsageAdmin(ReadOnly, KeysetLists, admin.ModelAdmin[Usage]):
    list_display = [
        "day", "user", "token_name", "model", "requests", "failed", "prompt_tokens",
        "completion_tokens",
    ]  # fmt: skip
    list_filter = ["day"]
    list_select_related = ["user"]
    search_fields = ["user__username", "token_name", "model"]
