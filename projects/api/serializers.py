"""JSON shapes of projects and runs, as the contract has them (further keys may come)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from platform_site.api.fields import TextField, UTCDateTimeField
from projects import selectors
from projects.models import DataGate, Project, Run


class ProjectCreateSerializer(serializers.Serializer[Any]):
    name = TextField(max_length=255)
    dataset_name = TextField()
    training_yaml_name = TextField()
    description = TextField(required=False, allow_null=True, allow_blank=True, max_length=10_000)


class ProjectSerializer(serializers.ModelSerializer[Project]):
    created_at = UTCDateTimeField()
    updated_at = UTCDateTimeField()
    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)
    team = serializers.CharField(source="team.name", default=None, allow_null=True)

    class Meta:
        model = Project
        fields = [
            "id", "name", "dataset_name", "training_yaml_name", "description",
            "created_at", "updated_at", "owner", "visibility", "team", "data_gate",
        ]  # fmt: skip


class DataGateSerializer(serializers.Serializer[Any]):
    gate = serializers.ChoiceField(
        choices=DataGate.choices, allow_blank=True, help_text="Empty: as the platform says."
    )


class LogEntrySerializer(serializers.Serializer[Any]):
    timestamp = serializers.CharField(help_text="ISO 8601 in UTC")
    level = serializers.CharField(help_text="debug, info, warning, error or critical")
    message = serializers.CharField()


class RunSummarySerializer(serializers.ModelSerializer[Run]):
    """A run in a list; its log is read only in the run's own answer."""

    created_at = UTCDateTimeField()
    updated_at = UTCDateTimeField()
    started_at = UTCDateTimeField(allow_null=True)
    finished_at = UTCDateTimeField(allow_null=True)
    stop_requested_at = UTCDateTimeField(allow_null=True)
    reason = serializers.CharField(help_text="Why it ended")
    notice = serializers.CharField(help_text="What keeps the platform from knowing more")
    command = serializers.ListField(child=serializers.CharField())
    digests = serializers.DictField(child=serializers.CharField(), help_text="SHA-256 by input")
    handle = serializers.DictField(help_text="Host or container that runs it")

    class Meta:
        model = Run
        fields = [
            "id", "project_id", "status", "progress", "start_command", "created_at",
            "updated_at", "started_at", "finished_at", "stop_requested_at", "step", "max_steps",
            "executor", "command", "handle", "digests", "exit_code", "reason", "notice",
            "data_state",
        ]  # fmt: skip


class RunDetailSerializer(RunSummarySerializer):
    """One run with the last 200 lines of its log."""

    logs = serializers.SerializerMethodField()

    class Meta(RunSummarySerializer.Meta):
        fields = [*RunSummarySerializer.Meta.fields, "logs"]

    @extend_schema_field(LogEntrySerializer(many=True))
    def get_logs(self, run: Run) -> list[dict[str, str]]:
        return selectors.run_log_entries(run)


class ProjectDetailSerializer(ProjectSerializer):
    runs = RunSummarySerializer(many=True)

    class Meta(ProjectSerializer.Meta):
        fields = [*ProjectSerializer.Meta.fields, "runs"]


class MetricsSerializer(serializers.Serializer[Any]):
    points = serializers.ListField(child=serializers.DictField())
    total = serializers.IntegerField(help_text="Metrics lines in the log, before thinning")
