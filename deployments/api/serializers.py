"""JSON shapes of deployments, as the contract has them (further keys may come)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import TextField, UTCDateTimeField
from core.api.shapes import Shown
from deployments.choices import RestartPolicy
from deployments.models import Adapter, Deployment
from deployments.run.paths import log_path


class IntegerField(serializers.IntegerField):
    """An integer; neither a string of digits nor a truth value is one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool | str | float):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class AdapterCreateSerializer(serializers.Serializer[Any]):
    name = TextField(max_length=255)
    path = TextField(max_length=1024)


class DeploymentCreateSerializer(serializers.Serializer[Any]):
    model_path = TextField(max_length=1024)
    model_version = TextField(required=False, allow_null=True, allow_blank=True, max_length=255)
    tags = serializers.ListField(
        child=TextField(max_length=100), required=False, allow_null=True, max_length=50
    )
    extra_args = TextField(required=False, allow_null=True, allow_blank=True, max_length=4096)
    preferred_gpu = IntegerField(required=False, allow_null=True, min_value=0, max_value=1023)
    health_path = TextField(required=False, allow_null=True, max_length=1024)
    restart_policy = serializers.ChoiceField(choices=RestartPolicy.choices, required=False)
    host = TextField(required=False, allow_null=True, max_length=255)
    adapters = AdapterCreateSerializer(many=True, required=False)


class AdapterSerializer(Shown, serializers.ModelSerializer[Adapter]):
    class Meta:
        model = Adapter
        fields = ["name", "path", "state", "message"]


class DeploymentSerializer(Shown, serializers.ModelSerializer[Deployment]):
    """`DeploymentInfo`."""

    deployment_id = serializers.UUIDField(source="id")
    gpu_id = serializers.SerializerMethodField()
    started_at = serializers.SerializerMethodField()
    stopped_at = serializers.SerializerMethodField()
    log_file = serializers.SerializerMethodField()
    tags = serializers.ListField(child=serializers.CharField())
    gpu_ids = serializers.ListField(child=serializers.IntegerField())
    served_names = serializers.ListField(child=serializers.CharField())
    health_checked_at = UTCDateTimeField(source="health_at", allow_null=True)
    phase = serializers.CharField(help_text="What it is doing while it starts")
    reason = serializers.CharField(help_text="Why it ended")
    notice = serializers.CharField(help_text="What is wrong now")
    restart_reason = serializers.CharField(help_text="Why it was last started again")
    warnings = serializers.ListField(child=serializers.CharField(), source="warning_texts")
    adapters = AdapterSerializer(many=True)
    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)
    team = serializers.CharField(source="team.name", default=None, allow_null=True)

    class Meta:
        model = Deployment
        fields = [
            "deployment_id", "model_path", "model_version", "tags", "gpu_id", "port", "pid",
            "status", "started_at", "stopped_at", "health_ok", "vllm_cmd", "log_file",
            "health_path", "extra_args", "host", "gpu_ids", "served_names", "adapters",
            "health_checked_at", "phase", "reason", "notice", "warnings", "exit_code",
            "restart_policy", "restart_count", "restart_reason", "source_run", "owner",
            "visibility", "team",
        ]  # fmt: skip

    def get_gpu_id(self, deployment: Deployment) -> int | None:
        return deployment.gpu_ids[0] if deployment.gpu_ids else None

    @extend_schema_field({"type": "number", "description": "Unix seconds"})
    def get_started_at(self, deployment: Deployment) -> float:
        return deployment.started_at.timestamp()

    @extend_schema_field({"type": "number", "nullable": True, "description": "Unix seconds"})
    def get_stopped_at(self, deployment: Deployment) -> float | None:
        return deployment.stopped_at.timestamp() if deployment.stopped_at else None

    def get_log_file(self, deployment: Deployment) -> str:
        """As the operator's setting has it: relative to the platform's folder where it can be."""
        path = log_path(deployment.id)
        return f"{_shown(path.parent, settings.BASE_DIR)}/{path.name}"


@lru_cache(maxsize=4)
def _shown(folder: Path, base: Path) -> str:
    return f"./{folder.relative_to(base)}" if folder.is_relative_to(base) else str(folder)


class RemovedSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField()
    deployment_id = serializers.UUIDField()


class SampleSerializer(serializers.Serializer[Any]):
    at = serializers.FloatField(help_text="Unix seconds")
    running = serializers.FloatField(help_text="Requests being answered")
    waiting = serializers.FloatField(help_text="Requests that wait")
    kv_cache = serializers.FloatField(help_text="Share of the KV cache in use, 0 to 1")
    tokens_per_second = serializers.FloatField(help_text="Tokens generated a second")
    first_token_ms = serializers.FloatField(
        allow_null=True, help_text="Mean time to first token since the last sample (ms)"
    )
