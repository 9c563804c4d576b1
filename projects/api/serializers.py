"""JSON shapes of projects and runs, as the contract has them (further keys may come)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import JSONObjectField, TextField, UTCDateTimeField
from core.api.shapes import Shown
from projects.models import DataGate, Project, Run, RunPriority
from projects.runs import selectors as run_selectors
from projects.runs.selectors import KINDS, whole_checkpoints

MAX_CONFIG = 1024 * 1024  # characters; a file may be larger


class ProjectCreateSerializer(serializers.Serializer[Any]):
    name = TextField(max_length=255)
    dataset_name = TextField()
    training_yaml_name = TextField()
    description = TextField(required=False, allow_null=True, allow_blank=True, max_length=10_000)


class ProjectSerializer(Shown, serializers.ModelSerializer[Project]):
    """`file_dataset_id`, `config_dataset_id`: of the uploads that the names mean, once found."""

    created_at = UTCDateTimeField()
    updated_at = UTCDateTimeField()
    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)
    team = serializers.CharField(source="team.name", default=None, allow_null=True)

    class Meta:
        model = Project
        fields = [
            "id", "name", "dataset_name", "training_yaml_name", "description",
            "created_at", "updated_at", "owner", "visibility", "team", "data_gate",
            "file_dataset_id", "config_dataset_id",
        ]  # fmt: skip


class DataGateSerializer(serializers.Serializer[Any]):
    gate = serializers.ChoiceField(
        choices=DataGate.choices, allow_blank=True, help_text="Empty: as the platform says."
    )


class LogEntrySerializer(serializers.Serializer[Any]):
    timestamp = serializers.CharField(help_text="ISO 8601 in UTC")
    level = serializers.CharField(help_text="debug, info, warning, error or critical")
    message = serializers.CharField()


class RunSummarySerializer(Shown, serializers.ModelSerializer[Run]):
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
    parent_id = serializers.UUIDField(
        allow_null=True, help_text="The run that it repeats, resumes or merges (`origin`)"
    )
    gpu_ids = serializers.ListField(child=serializers.IntegerField())

    class Meta:
        model = Run
        fields = [
            "id", "project_id", "status", "progress", "start_command", "created_at",
            "updated_at", "started_at", "finished_at", "stop_requested_at", "step", "max_steps",
            "executor", "command", "handle", "digests", "exit_code", "reason", "notice",
            "data_state", "method", "origin", "parent_id", "resumed_from", "priority",
            "gpus_wanted", "gpu_ids", "host",
        ]  # fmt: skip


class TurnSerializer(serializers.Serializer[Any]):
    """Where a run stands that waits for GPUs."""

    position = serializers.IntegerField(help_text="From 1")
    why = serializers.CharField()


class RunDetailSerializer(RunSummarySerializer):
    """One run with the last 200 lines of its log."""

    notice = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text="What keeps the platform from knowing more, or is wrong with the training"
    )
    logs = serializers.SerializerMethodField()
    queue = serializers.SerializerMethodField()
    checkpoints = serializers.SerializerMethodField()

    class Meta(RunSummarySerializer.Meta):
        fields = [*RunSummarySerializer.Meta.fields, "logs", "queue", "checkpoints"]

    def get_notice(self, run: Run) -> str:
        return run_selectors.notice_of(run)

    @extend_schema_field(TurnSerializer(allow_null=True))
    def get_queue(self, run: Run) -> dict[str, Any] | None:
        return run_selectors.queue_of(run)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_checkpoints(self, run: Run) -> list[str]:
        """Whole ones, oldest first."""
        return whole_checkpoints(run)

    @extend_schema_field(LogEntrySerializer(many=True))
    def get_logs(self, run: Run) -> list[dict[str, str]]:
        return run_selectors.run_log_entries(run)


class ProjectDetailSerializer(ProjectSerializer):
    runs = serializers.SerializerMethodField()

    class Meta(ProjectSerializer.Meta):
        fields = [*ProjectSerializer.Meta.fields, "runs"]

    @extend_schema_field(RunSummarySerializer(many=True))
    def get_runs(self, project: Project) -> Any:
        from projects.api.run_rows import run_rows_json

        return run_rows_json(run_selectors.run_list(project))


class PrioritySerializer(serializers.Serializer[Any]):
    priority = serializers.ChoiceField(
        choices=RunPriority.choices, help_text="High (1) is for operators to give."
    )


class ChangesSerializer(serializers.Serializer[Any]):
    """What a new run changes; nothing of it is needed."""

    changes = JSONObjectField(
        required=False,
        allow_null=True,
        help_text='By dotted key: `{"training.learning_rate": 1e-4}`; null removes a key.',
    )
    priority = serializers.ChoiceField(choices=RunPriority.choices, required=False)


class RunStartSerializer(ChangesSerializer):
    config = TextField(
        required=False,
        allow_null=True,
        trim_whitespace=False,
        max_length=MAX_CONFIG,
        help_text="A whole configuration (YAML) in place of the file's.",
    )


class RunResumeSerializer(ChangesSerializer):
    checkpoint = TextField(
        required=False, allow_null=True, max_length=64, help_text="The newest if none is named."
    )


class ConfigTextSerializer(serializers.Serializer[Any]):
    config = TextField(trim_whitespace=False, allow_blank=True, max_length=MAX_CONFIG)


class ProblemSerializer(serializers.Serializer[Any]):
    level = serializers.ChoiceField(choices=["error", "warning"])
    key = serializers.CharField(allow_blank=True)
    line = serializers.IntegerField(allow_null=True)
    message = serializers.CharField()


class ConfigReportSerializer(serializers.Serializer[Any]):
    method = serializers.CharField()
    ok = serializers.BooleanField()
    problems = ProblemSerializer(many=True)
    values = serializers.DictField(help_text="Section to key to value, defaults filled in")


class ConfigKeySerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="section.name")
    type = serializers.CharField(help_text="int, float, bool, text, file, model, names or texts")
    default = serializers.JSONField(allow_null=True)
    allowed = serializers.CharField(allow_blank=True, help_text="In words")
    choices = serializers.ListField(child=serializers.CharField())
    minimum = serializers.FloatField(allow_null=True)
    maximum = serializers.FloatField(allow_null=True)
    methods = serializers.ListField(
        child=serializers.CharField(), help_text="That read it; empty: all"
    )
    help = serializers.CharField()


class RunConfigSerializer(serializers.Serializer[Any]):
    """The configuration that a run was made with."""

    name = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    values = serializers.DictField(help_text="By dotted key, as given")


class ArtifactSerializer(serializers.Serializer[Any]):
    path = serializers.CharField()
    kind = serializers.CharField(help_text=", ".join(KINDS))
    size = serializers.IntegerField(help_text="Bytes")
    modified = UTCDateTimeField()
    sha256 = serializers.CharField(allow_null=True, help_text="null: not taken yet")


class QueueSerializer(serializers.Serializer[Any]):
    """`run_id` and `project` are null for runs that the caller may not see."""

    position = serializers.IntegerField()
    run_id = serializers.UUIDField(source="run.id", default=None, allow_null=True)
    project = serializers.CharField(source="run.project.name", default=None, allow_null=True)
    gpus = serializers.IntegerField()
    priority = serializers.IntegerField()
    why = serializers.CharField()
    created_at = UTCDateTimeField()


class ComparedRunSerializer(serializers.ModelSerializer[Run]):
    project = serializers.CharField(source="project.name")
    created_at = UTCDateTimeField()

    class Meta:
        model = Run
        fields = ["id", "project_id", "project", "method", "status", "created_at"]


class ComparedSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    values = serializers.ListField(help_text="One for each run, null where it has none")


class CompareSerializer(serializers.Serializer[Any]):
    runs = ComparedRunSerializer(many=True)
    differences = ComparedSerializer(many=True, help_text="Of configurations and inputs")
    last = ComparedSerializer(many=True, help_text="The last value of each metric")
    curves = serializers.DictField(help_text="Metric to a list of [step, value] for each run")


class EvaluationSerializer(serializers.Serializer[Any]):
    """Base and trained model on the held-out data; answers side by side."""

    data = serializers.CharField(allow_null=True, required=False)  # type: ignore[assignment]
    rows = serializers.IntegerField(required=False)
    base = serializers.DictField(allow_null=True, required=False)
    trained = serializers.DictField(allow_null=True, required=False)
    accuracy = serializers.FloatField(allow_null=True, required=False)
    nonfinite = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Dotted names of what is null because it was NaN or infinite",
    )
    answers = serializers.ListField(child=serializers.DictField(), required=False)


class MetricsSerializer(serializers.Serializer[Any]):
    points = serializers.ListField(
        child=serializers.DictField(),
        help_text="As printed; what was NaN or infinite is null and named in `nonfinite`",
    )
    total = serializers.IntegerField(
        help_text="Metrics lines before thinning; an estimate for a long log"
    )
