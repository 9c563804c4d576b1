"""Hosts and leases for operators."""

from __future__ import annotations

from django.contrib import admin

from core.execution.models import Host, Lease
from core.read_only_admin import ReadOnly


@admin.register(Host)
class HostAdmin(ReadOnly, admin.ModelAdmin[Host]):
    list_display = ["name", "address", "gpu_source", "gpu_problem", "seen_at"]


@admin.register(Lease)
class LeaseAdmin(ReadOnly, admin.ModelAdmin[Lease]):
    list_display = ["host", "kind", "value", "holder_type", "holder_id", "created_at"]
    list_filter = ["host", "kind", "holder_type"]
    search_fields = ["value", "holder_id"]
