"""Hosts and leases for operators."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import actor_of
from core.errors import PlatformError
from core.execution.models import Host, Lease
from core.pages.keyset_admin import KeysetLists
from core.read_only_admin import ReadOnly
from platform_site.hosts import host_give_up


@admin.register(Host)
class HostAdmin(ReadOnly, KeysetLists, admin.ModelAdmin[Host]):
    list_display = ["name", "address", "gpu_source", "gpu_problem", "seen_at", "given_up_at"]
    actions = ["give_up"]

    @admin.action(description=_("Give up: the host will not come back"), permissions=["view"])
    def give_up(self, request: HttpRequest, queryset: QuerySet[Host]) -> None:
        for host in queryset:
            try:
                ended = host_give_up(actor=actor_of(request), host=host)
            except PlatformError as error:
                self.message_user(request, f"{host.name}: {error.message}", messages.ERROR)
                continue
            text = _(
                "%(host)s given up; ended: %(runs)s runs, %(engines)s deployments, %(jobs)s jobs"
            )
            shown = {"host": host.name, "runs": ended["run"], "engines": ended["deployment"]}
            self.message_user(request, text % {**shown, "jobs": ended["job"]})


@admin.register(Lease)
class LeaseAdmin(ReadOnly, KeysetLists, admin.ModelAdmin[Lease]):
    list_display = ["host", "kind", "value", "holder_type", "holder_id", "created_at"]
    list_filter = ["kind"]
    search_fields = ["host", "value", "holder_id"]
