"""Policies for operators: edits make versions through the same service as everywhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import Actor, actor_of
from core.errors import PlatformError
from core.pages.keyset_admin import KeysetLists
from core.read_only_admin import ReadOnly
from core.safe_yaml import load_mapping
from deid import selectors, services
from deid.models import DeidPolicy, PolicyVersion
from deid.pages.forms import EXAMPLE


class PolicyAdminForm(forms.ModelForm[DeidPolicy]):
    """The content as YAML; saving it makes another version where it differs."""

    content = forms.CharField(
        label=_("Content (YAML)"), widget=forms.Textarea(attrs={"rows": 24, "cols": 90})
    )
    note = forms.CharField(label=_("What is changed, and why"), max_length=200, required=False)
    actor: Actor  # set by the admin, which makes a class of its own for each request

    class Meta:
        model = DeidPolicy
        fields = ["slug", "title", "description", "visibility", "team"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.instance.pk and self.instance.versions.exists()
        text = selectors.policy_yaml(self.instance.latest) if known else EXAMPLE
        self.fields["content"].initial = text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "content" in cleaned:
            try:
                cleaned["document"] = load_mapping(cleaned["content"].encode(), field="content")
                services.content_check(cleaned["document"])
            except PlatformError as error:
                self.add_error("content", error.message)
        return cleaned


class VersionInline(ReadOnly, admin.TabularInline[PolicyVersion, DeidPolicy]):
    model = PolicyVersion
    extra = 0
    fields = (
        "name", "note", "created_by", "created_at", "approved_at", "approved_by", "content",
    )  # fmt: skip
    readonly_fields = fields


@admin.register(DeidPolicy)
class DeidPolicyAdmin(KeysetLists, admin.ModelAdmin[DeidPolicy]):
    form = PolicyAdminForm
    list_display = ["slug", "title", "owner", "visibility", "built_in", "updated_at"]
    list_select_related = ["owner"]
    list_filter = ["visibility", "built_in"]
    search_fields = ["slug", "title"]
    inlines = [VersionInline]
    actions = ["approve_newest", "withdraw_newest"]

    @admin.action(description=_("Approve the newest version"), permissions=["approve"])
    def approve_newest(self, request: HttpRequest, queryset: QuerySet[DeidPolicy]) -> None:
        self._approve(request, queryset, approved=True)

    @admin.action(description=_("Withdraw the newest version's approval"), permissions=["approve"])
    def withdraw_newest(self, request: HttpRequest, queryset: QuerySet[DeidPolicy]) -> None:
        self._approve(request, queryset, approved=False)

    def _approve(
        self, request: HttpRequest, queryset: QuerySet[DeidPolicy], *, approved: bool
    ) -> None:
        for policy in queryset:
            try:
                services.approval_set(
                    actor=actor_of(request), version=policy.latest, approved=approved
                )
            except PlatformError as error:
                self.message_user(request, f"{policy.slug}: {error.message}", messages.ERROR)

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return actor_of(request).may("deid.approve_policy")

    def save_model(self, request: HttpRequest, obj: DeidPolicy, form: Any, change: bool) -> None:
        data, actor = form.cleaned_data, actor_of(request)
        if not change:
            made = services.policy_create(
                actor=actor, slug=data["slug"], content=data["document"], title=data["title"],
                description=data["description"], note=data["note"],
            )  # fmt: skip
            obj.pk, obj.owner, obj.created_at = made.pk, made.owner, made.created_at
            obj._state.adding = False
        else:
            services.policy_edit(
                actor=actor, policy=obj, content=data["document"], note=data["note"]
            )
        obj.save()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.built_in)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.built_in)

    def delete_model(self, request: HttpRequest, obj: DeidPolicy) -> None:
        services.policy_delete(actor=actor_of(request), policy=obj)
