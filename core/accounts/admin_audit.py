"""What is written in the admin goes into the audit trail, with the difference."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core.accounts import audit
from core.accounts.actor import actor_of


class Whole:
    """A mixin of model admins: what is done to many rows at once is one transaction, too."""

    @transaction.atomic
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, extra_context)  # type: ignore[misc]


class Audited(Whole):
    """A mixin of model admins whose writes do not go through a service of ours."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        before = {} if add else form.initial
        request.audit_changes = {  # type: ignore[attr-defined]
            name: [_shown(before.get(name)), _shown(form.cleaned_data.get(name))]
            for name in form.changed_data
            if "password" not in name
        }
        return super().construct_change_message(request, form, formsets, add)  # type: ignore[misc]

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        _record(request, "admin.add", obj)
        return super().log_addition(request, obj, message)  # type: ignore[misc, no-any-return]

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        _record(request, "admin.change", obj)
        return super().log_change(request, obj, message)  # type: ignore[misc, no-any-return]

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            _record(request, "admin.delete", obj)
        return super().log_deletions(request, queryset)  # type: ignore[misc]


def _record(request: HttpRequest, action: str, obj: Model) -> None:
    audit.record(actor_of(request), action, obj, changes=getattr(request, "audit_changes", {}))


def _shown(value: Any) -> Any:
    """Related objects by their names."""
    if isinstance(value, QuerySet | list | tuple):
        return [str(item) for item in value]
    return str(value) if isinstance(value, Model) else value
