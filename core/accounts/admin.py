"""Users, teams, tokens and the audit trail for admins; the task machinery read-only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django_q.models import Failure, OrmQ, Schedule, Success, Task

from core.accounts import tokens
from core.accounts.actor import actor_of
from core.accounts.admin_audit import Audited, Whole
from core.accounts.models import ApiToken, AuditEntry, OidcIdentity
from core.accounts.pages.forms import AdminTokenForm
from core.accounts.pages.tokens import token_made
from core.accounts.roles import ROLE_GROUPS
from core.pages.keyset_admin import KeysetLists
from core.read_only_admin import ReadOnly

admin.site.unregister([User, Group])


@admin.register(User)
class PlatformUserAdmin(Audited, KeysetLists, UserAdmin[User]):
    """Groups are roles and teams; no flag here goes around the rules."""

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Role and teams"), {"fields": ("is_active", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    list_display = ("username", "email", "role", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    filter_horizontal = ("groups",)

    @admin.display(description=_("role"))
    def role(self, user: User) -> str:
        names = {group.name for group in user.groups.all()}
        return ", ".join(sorted(names & set(ROLE_GROUPS)))

    @transaction.atomic
    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        return super().user_change_password(request, id, form_url)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")


@admin.register(Group)
class TeamAdmin(Audited, KeysetLists, admin.ModelAdmin[Group]):
    """Teams are made and named here; the groups of the roles stay as they are."""

    fields = ["name"]
    search_fields = ["name"]
    list_display = ["name", "kind"]

    @admin.display(description=_("kind"))
    def kind(self, group: Group) -> str:
        return str(_("role") if group.name in ROLE_GROUPS else _("team"))

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_role(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_role(obj)


def _is_role(group: Group | None) -> bool:
    return group is not None and group.name in ROLE_GROUPS


@admin.register(ApiToken)
class ApiTokenAdmin(Whole, KeysetLists, admin.ModelAdmin[ApiToken]):
    """Made for anybody, seen, revoked, never changed; the text is only in the form's answer."""

    list_display = ["name", "user", "prefix", "scopes", "created", "expiry", "last_used_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username", "prefix"]
    readonly_fields = ["prefix", "created", "expiry", "last_used_at"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return AdminTokenForm if obj is None else super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["user", "name", "scopes", "days"]})]
        return super().get_fieldsets(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made, form.text = tokens.token_create(actor=actor_of(request), **form.cleaned_data)
        obj.pk = made.pk
        obj._state.adding = False
        obj.refresh_from_db()
        request.made_token = form.text  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        return token_made(request, obj, request.made_token)  # type: ignore[attr-defined]

    def delete_model(self, request: HttpRequest, obj: ApiToken) -> None:
        tokens.token_revoke(actor=actor_of(request), token_id=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        for token in queryset:
            if ApiToken.objects.filter(pk=token.pk).exists():  # it may have gone with its maker
                self.delete_model(request, token)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, KeysetLists, admin.ModelAdmin[AuditEntry]):
    """Looked through by time; the page of the audit trail finds by user, action and object."""

    list_display = ["at", "username", "via", "address", "action", "refused", "object_name"]
    list_filter = ["refused", "at"]
    search_fields = ["username", "address", "action", "object_name", "object_id"]


@admin.register(OidcIdentity)
class OidcIdentityAdmin(Audited, KeysetLists, admin.ModelAdmin[OidcIdentity]):
    list_display = ["user", "issuer", "subject"]
    list_select_related = ["user"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


# A schedule names the function that it runs: to write one is to run any code, so nobody does here.
admin.site.unregister([Schedule, Success, Failure, OrmQ])


@admin.register(Schedule)
class ScheduleAdmin(ReadOnly, KeysetLists, admin.ModelAdmin[Schedule]):
    list_display = ["name", "func", "schedule_type", "minutes", "next_run"]


@admin.register(Success, Failure)
class TaskAdmin(ReadOnly, KeysetLists, admin.ModelAdmin[Task]):
    list_display = ["name", "func", "started", "stopped"]
    ordering = ["-stopped", "-id"]
    search_fields = ["name", "func"]


@admin.register(OrmQ)
class QueueAdmin(ReadOnly, KeysetLists, admin.ModelAdmin[OrmQ]):
    list_display = ["id", "key", "lock"]
