"""JSON shapes of datasets, as the contract has them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import JSONObjectField, TextField, UTCDateTimeField
from core.api.shapes import Shown
from datasets.models import Dataset, DatasetFile, DataState, FileJob, TrainConfig
from deid.engine.job.report import broken_rows


class MetadataSerializer(serializers.Serializer[Any]):
    """The known keys of `metadata`; others are kept as they come."""

    description = TextField(required=False, allow_null=True, allow_blank=True)
    version = TextField(required=False, allow_null=True, allow_blank=True)
    records = serializers.IntegerField(required=False, allow_null=True, min_value=0)
    license = TextField(required=False, allow_null=True, allow_blank=True)
    tags = serializers.ListField(child=TextField(), required=False, allow_null=True)
    total_files = serializers.IntegerField(read_only=True)
    total_bytes = serializers.IntegerField(read_only=True)
    has_train_config = serializers.BooleanField(read_only=True)


class MetadataField(JSONObjectField):
    """An object whose known keys have the right types."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        value = super().to_internal_value(data)
        known = MetadataSerializer(data=value)
        known.is_valid(raise_exception=True)
        return value


class DatasetCreateSerializer(serializers.Serializer[Any]):
    name = TextField(max_length=255)
    type = TextField(max_length=255, required=False, allow_null=True, allow_blank=True)
    source = TextField(  # type: ignore[assignment] # the contract's name, also a Field attribute
        max_length=1024, required=False, allow_null=True, allow_blank=True
    )
    task_type = TextField(max_length=255, required=False, allow_null=True, allow_blank=True)
    metadata = extend_schema_field(MetadataSerializer)(MetadataField)(
        required=False, allow_null=True
    )


class DatasetCreatedSerializer(Shown, serializers.ModelSerializer[Dataset]):
    created_at = UTCDateTimeField()

    class Meta:
        model = Dataset
        fields = ["id", "created_at"]


class DatasetFileSerializer(Shown, serializers.ModelSerializer[DatasetFile]):
    upload_id = serializers.UUIDField(source="id")
    bytes = serializers.IntegerField(source="size")
    uploaded_at = UTCDateTimeField()
    state_policy = serializers.CharField(
        source="state_version.policy.slug", default=None, allow_null=True,
        help_text="Policy by which `data_state` was found; null where nobody has looked.",
    )  # fmt: skip
    state_version = serializers.CharField(
        source="state_version.name", default=None, allow_null=True
    )
    lineage = serializers.DictField(
        child=serializers.CharField(),
        help_text="What a job made it from, and how many of its rows could only be read as text "
        "(`broken_rows`); empty for uploads.",
    )
    problems = serializers.JSONField(help_text="The first 100: line (from 1), code, detail.")

    class Meta:
        model = DatasetFile
        fields = [
            "upload_id", "name", "stored_name", "bytes", "uploaded_at", "sha256",
            "check_status", "line_count", "problem_count", "problems", "data_state", "state_policy",
            "state_version", "lineage",
        ]  # fmt: skip


class TrainConfigSerializer(Shown, serializers.ModelSerializer[TrainConfig]):
    uploaded_at = UTCDateTimeField()

    class Meta:
        model = TrainConfig
        fields = ["filename", "uploaded_at", "size", "sha256"]


class TrainConfigOfDatasetSerializer(serializers.Serializer[Any]):
    dataset_id = serializers.UUIDField()
    train_config = TrainConfigSerializer()


class UploadProgressSerializer(serializers.Serializer[Any]):
    files_count = serializers.IntegerField()


class DatasetSerializer(Shown, serializers.ModelSerializer[Dataset]):
    """One dataset; totals are counted from its files, so they cannot be wrong."""

    metadata = serializers.SerializerMethodField()
    created_at = UTCDateTimeField()
    files = DatasetFileSerializer(many=True)
    data_state = serializers.ChoiceField(choices=DataState.choices)
    train_config = serializers.SerializerMethodField()
    upload_progress = serializers.SerializerMethodField()
    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)
    team = serializers.CharField(source="team.name", default=None, allow_null=True)

    class Meta:
        model = Dataset
        fields = [
            "id", "name", "type", "source", "task_type", "metadata", "created_at", "status",
            "files", "train_config", "upload_progress", "owner", "visibility", "team",
            "data_state",
        ]  # fmt: skip

    @extend_schema_field(MetadataSerializer)
    def get_metadata(self, dataset: Dataset) -> dict[str, Any]:
        files = dataset.files.all()
        defaults: dict[str, Any] = {
            "description": None, "version": None, "records": None, "license": None, "tags": [],
        }  # fmt: skip
        return {
            **defaults,
            **dataset.metadata,
            "total_files": len(files),
            "total_bytes": sum(file.size for file in files),
            "has_train_config": getattr(dataset, "train_config", None) is not None,
        }

    @extend_schema_field(TrainConfigSerializer(allow_null=True))
    def get_train_config(self, dataset: Dataset) -> dict[str, Any] | None:
        config = getattr(dataset, "train_config", None)
        return TrainConfigSerializer(config).data if config is not None else None

    @extend_schema_field(UploadProgressSerializer)
    def get_upload_progress(self, dataset: Dataset) -> dict[str, int]:
        return {"files_count": len(dataset.files.all())}


class UploadSerializer(Shown, serializers.ModelSerializer[DatasetFile]):
    """The answer to an upload."""

    upload_id = serializers.UUIDField(source="id")
    bytes = serializers.IntegerField(source="size")
    filename = serializers.CharField(source="name")

    class Meta:
        model = DatasetFile
        fields = ["upload_id", "dataset_id", "bytes", "filename", "sha256"]


class FileUploadSerializer(serializers.Serializer[Any]):
    """A multipart body with one file; size and content are the services' to judge."""

    file = serializers.FileField(allow_empty_file=True, max_length=None)


class KeptSerializer(serializers.Serializer[Any]):
    holder = serializers.CharField()
    why = serializers.CharField()


class UploadAbortedSerializer(serializers.Serializer[Any]):
    upload_id = serializers.CharField()
    status = serializers.CharField()
    kept = KeptSerializer(
        many=True, required=False, help_text="Only where a copy stays for now: who has it, and why."
    )


class TrainConfigDeletedSerializer(serializers.Serializer[Any]):
    dataset_id = serializers.CharField()
    status = serializers.CharField()


class JobCreateSerializer(serializers.Serializer[Any]):
    """Which policy; the built-in one without any."""

    policy_id = TextField(required=False, allow_null=True, allow_blank=True, max_length=64)
    policy_version = TextField(required=False, allow_null=True, allow_blank=True, max_length=32)


class FileJobSerializer(Shown, serializers.ModelSerializer[FileJob]):
    policy_id = serializers.CharField(source="policy_version.policy.slug")
    policy_version = serializers.CharField(source="policy_version.name")
    file = serializers.CharField(source="source.name")
    upload_id = serializers.UUIDField(source="source_id")
    result_upload_id = serializers.UUIDField(source="result_id", allow_null=True)
    progress = serializers.SerializerMethodField(help_text="From 0 to 1.")
    remaining_seconds = serializers.FloatField(source="remaining", allow_null=True)
    reason = serializers.SerializerMethodField()
    broken_rows = serializers.SerializerMethodField(
        help_text="Rows that are not what they should be and were read as plain text; the first "
        "lines are in `report.broken_lines`."
    )
    report = serializers.DictField(help_text="What was found, once it has succeeded.")
    created_at = UTCDateTimeField()
    started_at = UTCDateTimeField(allow_null=True)
    finished_at = UTCDateTimeField(allow_null=True)

    class Meta:
        model = FileJob
        fields = [
            "id", "kind", "dataset_id", "upload_id", "file", "policy_id", "policy_version",
            "status", "progress", "remaining_seconds", "attempt", "reason",
            "broken_rows", "report", "result_upload_id", "created_at", "started_at", "finished_at",
        ]  # fmt: skip

    def get_progress(self, job: FileJob) -> float:
        return 1.0 if job.percent == 100 else round(job.done / job.total, 4) if job.total else 0.0

    def get_broken_rows(self, job: FileJob) -> int:
        return broken_rows(job.report)

    def get_reason(self, job: FileJob) -> str:
        return job.reason
