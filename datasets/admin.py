"""Datasets for operators: find, inspect, delete with their files; content is the machine's."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from datasets import services
from datasets.models import CheckStatus, Dataset, DatasetFile, TrainConfig


class FileInline(admin.TabularInline[DatasetFile, Dataset]):
    model = DatasetFile
    extra = 0
    can_delete = False
    show_change_link = True
    fields = ("name", "size", "check_status", "problem_count", "uploaded_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Dataset)
class DatasetAdmin(admin.ModelAdmin[Dataset]):
    list_display = ["name", "type", "task_type", "status", "created_at"]
    list_filter = ["status", "type", "task_type", "created_at"]
    search_fields = ["name", "id", "source", "files__name"]
    readonly_fields = ["id", "status", "created_at"]
    date_hierarchy = "created_at"
    inlines = [FileInline]

    def delete_model(self, request: HttpRequest, obj: Dataset) -> None:
        services.dataset_delete(dataset=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Dataset]) -> None:
        for dataset in queryset:
            services.dataset_delete(dataset=dataset)


@admin.register(DatasetFile)
class DatasetFileAdmin(admin.ModelAdmin[DatasetFile]):
    list_display = ["name", "dataset", "size", "check_status", "problem_count", "uploaded_at"]
    list_filter = ["check_status", "uploaded_at"]
    list_select_related = ["dataset"]
    search_fields = ["name", "id", "sha256", "dataset__name"]
    actions = ["check_again"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: DatasetFile) -> None:
        services.upload_abort(upload_id=obj.id)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[DatasetFile]) -> None:
        for file in queryset:
            services.upload_abort(upload_id=file.id)

    @admin.action(description=_("Check the content again"), permissions=["view"])
    def check_again(self, request: HttpRequest, queryset: QuerySet[DatasetFile]) -> None:
        for file in queryset.exclude(check_status=CheckStatus.SKIPPED):
            async_task("datasets.tasks.file_check", str(file.id))


@admin.register(TrainConfig)
class TrainConfigAdmin(admin.ModelAdmin[TrainConfig]):
    list_display = ["filename", "dataset", "size", "uploaded_at"]
    list_select_related = ["dataset"]
    search_fields = ["filename", "dataset__name"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: TrainConfig) -> None:
        services.train_config_delete(dataset=obj.dataset)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[TrainConfig]) -> None:
        for config in queryset:
            services.train_config_delete(dataset=config.dataset)
