"""Datasets for operators: find, inspect, delete with their files; content is the machine's."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from core.accounts.actor import Actor, actor_of
from core.accounts.admin_audit import Audited
from core.errors import PlatformError
from core.pages.keyset_admin import KeysetLists
from core.read_only_admin import ReadOnly
from datasets import services
from datasets.models import CheckStatus, Dataset, DatasetFile, FileJob, TrainConfig
from datasets.pages.forms import tell_kept


class UploadForm(forms.ModelForm[Any]):
    """Uploads through the same services as the API and the pages, so by the same rules."""

    file = forms.FileField(label=_("File"), allow_empty_file=True)
    actor: Actor  # set by the admin, which makes a class of its own for each request

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "file" in cleaned and "dataset" in cleaned:
            try:
                self.received = self.attach(cleaned["dataset"], cleaned["file"])
            except PlatformError as error:
                self.add_error("file", error.message)
        return cleaned

    @abstractmethod
    def attach(self, dataset: Dataset, upload: UploadedFile[Any]) -> models.Model:
        """Hand the upload to the service; raises PlatformError."""

    def save(self, commit: bool = True) -> Any:
        return self.received

    def save_m2m(self) -> None:
        """Nothing: the service has saved everything."""


class DatasetFileForm(UploadForm):
    class Meta:
        model = DatasetFile
        fields = ["dataset"]

    def attach(self, dataset: Dataset, upload: UploadedFile[Any]) -> models.Model:
        return services.file_attach(actor=self.actor, dataset=dataset, upload=upload)


class TrainConfigForm(UploadForm):
    class Meta:
        model = TrainConfig
        fields = ["dataset"]

    def validate_unique(self) -> None:
        """A new configuration takes the place of the old one, as it does in the API."""

    def attach(self, dataset: Dataset, upload: UploadedFile[Any]) -> models.Model:
        return services.train_config_put(actor=self.actor, dataset=dataset, upload=upload)


class UploadAdmin(KeysetLists, admin.ModelAdmin[Any]):
    """Rows that are files: uploaded and deleted by services, never edited."""

    upload_form: type[UploadForm]
    ordering = ["-uploaded_at", "-id"]
    raw_id_fields = ["dataset"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        if obj is None:
            form = type("RequestForm", (self.upload_form,), {"actor": actor_of(request)})
            shown = partial(self.formfield_for_dbfield, request=request)  # by id, not out of all
            return forms.modelform_factory(self.model, form, formfield_callback=shown)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["dataset", "file"]})]
        return super().get_fieldsets(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing: the form's service has saved the file and its row together."""

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class FileInline(ReadOnly, admin.TabularInline[DatasetFile, Dataset]):
    model = DatasetFile
    extra = 0
    show_change_link = True
    fields = ("name", "size", "check_status", "problem_count", "uploaded_at")
    readonly_fields = fields


@admin.register(Dataset)
class DatasetAdmin(Audited, KeysetLists, admin.ModelAdmin[Dataset]):
    list_display = ["name", "owner", "visibility", "type", "task_type", "status", "created_at"]
    list_select_related = ["owner"]
    list_filter = ["status", "visibility", "created_at"]
    search_fields = ["name", "id", "type", "task_type", "source"]
    readonly_fields = ["id", "status", "created_at"]
    inlines = [FileInline]

    def save_model(self, request: HttpRequest, obj: Dataset, form: Any, change: bool) -> None:
        if not change and obj.owner_id is None:
            obj.owner = actor_of(request).user
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Dataset) -> None:
        tell_kept(request, services.dataset_delete(actor=actor_of(request), dataset=obj))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Dataset]) -> None:
        for dataset in queryset:
            self.delete_model(request, dataset)


@admin.register(DatasetFile)
class DatasetFileAdmin(UploadAdmin):
    upload_form = DatasetFileForm
    list_display = ["name", "dataset", "size", "check_status", "problem_count", "uploaded_at"]
    list_filter = ["check_status", "uploaded_at"]
    list_select_related = ["dataset"]
    search_fields = ["name", "id", "sha256", "dataset__name"]
    actions = ["check_again"]

    def delete_model(self, request: HttpRequest, obj: DatasetFile) -> None:
        tell_kept(request, services.upload_abort(actor=actor_of(request), upload_id=obj.id))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[DatasetFile]) -> None:
        for file in queryset:
            self.delete_model(request, file)

    @admin.action(description=_("Check the content again"), permissions=["view"])
    def check_again(self, request: HttpRequest, queryset: QuerySet[DatasetFile]) -> None:
        for file in queryset.exclude(check_status=CheckStatus.SKIPPED):
            async_task("datasets.tasks.file_check", str(file.id))


@admin.register(TrainConfig)
class TrainConfigAdmin(UploadAdmin):
    upload_form = TrainConfigForm
    list_display = ["filename", "dataset", "size", "uploaded_at"]
    list_select_related = ["dataset"]
    search_fields = ["filename", "dataset__name"]

    def delete_model(self, request: HttpRequest, obj: TrainConfig) -> None:
        services.train_config_delete(actor=actor_of(request), dataset=obj.dataset)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[TrainConfig]) -> None:
        for config in queryset:
            services.train_config_delete(actor=actor_of(request), dataset=config.dataset)


@admin.register(FileJob)
class FileJobAdmin(ReadOnly, KeysetLists, admin.ModelAdmin[FileJob]):
    """Scans and de-identifications: looked at here, asked for elsewhere."""

    list_display = ["id", "kind", "source", "policy_version", "status", "attempt", "created_at"]
    list_select_related = ["source", "policy_version__policy"]
    list_filter = ["kind", "status", "created_at"]
    search_fields = ["id", "host", "source__name", "dataset__name"]
