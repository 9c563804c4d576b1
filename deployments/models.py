"""Deployments of models; a deployment's status changes only through `transition`."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.ownership import Owned
from core.execution.claims import Launched
from core.execution.log_events import LogEvent
from deployments.choices import ACTIVE, AdapterState, DeploymentStatus, RestartPolicy
from deployments.run.messages import render

BUSY_SECONDS = 10  # an agent on a busy host may be so late


class Deployment(Owned, Launched):
    """One served model. Each attempt to launch it has a run folder; the log is one for all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model_path = models.CharField(_("model"), max_length=1024)
    model_version = models.CharField(_("version"), max_length=255, null=True, blank=True)
    tags: models.JSONField[list[str]] = models.JSONField(_("tags"), default=list, blank=True)
    extra_args = models.TextField(_("engine options"), default="", blank=True)
    preferred_gpu = models.IntegerField(_("wanted GPU"), null=True, blank=True)
    health_path = models.CharField(_("health path"), max_length=1024, default="/health")
    restart_policy = models.CharField(
        _("restart"), max_length=16, choices=RestartPolicy, default=RestartPolicy.NEVER
    )
    served_names: models.JSONField[list[str]] = models.JSONField(_("served as"), default=list)
    source_run = models.UUIDField(_("from run"), null=True, blank=True)

    status = models.CharField(
        _("status"),
        max_length=16,
        choices=DeploymentStatus,
        default=DeploymentStatus.STARTING,
        db_index=True,
    )
    host = models.CharField(_("host"), max_length=255, db_index=True)
    port = models.IntegerField(_("port"), null=True, blank=True)
    gpu_ids: models.JSONField[list[int]] = models.JSONField("GPU", default=list)
    vllm_cmd = models.TextField(_("command"), default="", blank=True)
    engine_key_id = models.CharField(max_length=16, default="", editable=False)
    pid = models.IntegerField("PID", null=True, blank=True)
    warnings: models.JSONField[list[Any]] = models.JSONField(_("warnings"), default=list)

    restart_count = models.IntegerField(_("restarts"), default=0)
    streak = models.IntegerField(default=0, editable=False)
    ports_tried = models.IntegerField(default=0, editable=False)
    next_launch_at = models.DateTimeField(null=True, blank=True, editable=False)
    restart_reason_code = models.CharField(max_length=64, default="", blank=True)
    restart_reason_params: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)

    phase_code = models.CharField(_("phase"), max_length=64, default="", blank=True)
    phase_params: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    log_offset = models.BigIntegerField(default=0, editable=False)
    attempt_offset = models.BigIntegerField(default=0, editable=False)
    exit_code = models.IntegerField(_("exit code"), null=True, blank=True)

    health_ok = models.BooleanField(_("healthy"), default=False)
    health_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    health_ms = models.IntegerField(null=True, blank=True)
    health_failures = models.IntegerField(default=0)
    history: models.JSONField[list[Any]] = models.JSONField(default=list, editable=False)
    load: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, editable=False)

    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    running_at = models.DateTimeField(_("running since"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    stop_requested_at = models.DateTimeField(_("stop asked for"), null=True, blank=True)
    force_requested_at = models.DateTimeField(null=True, blank=True, editable=False)
    kill_reason_code = models.CharField(max_length=64, default="", blank=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")

    def __str__(self) -> str:
        return f"{self.model_path} {str(self.id)[:8]}"

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def name(self) -> str:
        """What pages call it: the name it is served by, or the last part of its path."""
        served = self.served_names[0] if self.served_names else self.model_path
        short = served.rstrip("/").rpartition("/")[2] or served
        return f"{short} {self.model_version}" if self.model_version else short

    @property
    def phase(self) -> str:
        return render(self.phase_code, self.phase_params)

    @property
    def reason(self) -> str:
        """Why it ended, in the reader's language; empty while it goes on."""
        return render(self.reason_code, self.reason_params)

    @property
    def restart_reason(self) -> str:
        return render(self.restart_reason_code, self.restart_reason_params)

    @property
    def notice(self) -> str:
        """What keeps us from knowing more right now, in the reader's language."""
        return render(self.notice_code, self.notice_params)

    @property
    def warning_texts(self) -> list[str]:
        return [render(code, params) for code, params in self.warnings]

    @property
    def is_ready(self) -> bool:
        """Whether requests are sent to it: running, and healthy when last asked, lately."""
        missed = 3 * settings.HEALTH_INTERVAL + settings.DEPLOY_HTTP_TIMEOUT
        fresh = timedelta(seconds=missed + BUSY_SECONDS)
        return bool(
            self.status == DeploymentStatus.RUNNING
            and self.health_ok
            and self.health_at is not None
            and timezone.now() - self.health_at < fresh
        )


class DeploymentEvent(LogEvent):
    """A line of the platform's own in a deployment's log."""

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="events")

    class Meta(LogEvent.Meta):
        indexes = [
            models.Index(
                fields=["deployment"], name="unwritten_deploy_events",
                condition=models.Q(written=False),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return render(self.code, self.params)


class Adapter(models.Model):
    """A LoRA adapter that an engine serves beside its base model."""

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="adapters")
    name = models.CharField(_("name"), max_length=255)
    path = models.CharField(_("path"), max_length=1024)
    state = models.CharField(
        _("state"), max_length=16, choices=AdapterState, default=AdapterState.WAITING
    )
    message = models.CharField(_("message"), max_length=500, default="", blank=True)
    source_run = models.UUIDField(_("from run"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("adapter")
        verbose_name_plural = _("adapters")
        constraints = [
            models.UniqueConstraint(fields=["deployment", "name"], name="one_adapter_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class EngineSample(models.Model):
    """What an engine said of itself at one moment (its Prometheus metrics)."""

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="samples")
    at = models.DateTimeField(db_index=True)
    running = models.FloatField(default=0)
    waiting = models.FloatField(default=0)
    kv_cache = models.FloatField(default=0)
    tokens_per_second = models.FloatField(default=0)
    first_token_ms = models.FloatField(null=True)

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["deployment", "at"], name="samples_by_time")]

    def __str__(self) -> str:
        return f"{self.deployment_id} {self.at}"


class Usage(models.Model):
    """Tokens that a user, or one of their tokens, used of a model on one day (UTC)."""

    day = models.DateField(_("day"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+"
    )
    token_name = models.CharField(_("API token"), max_length=150, default="", blank=True)
    model = models.CharField(_("model"), max_length=1024)
    # A name may be longer than what PostgreSQL takes into an index (2,704 bytes).
    model_digest = models.CharField(max_length=64, editable=False)
    requests = models.BigIntegerField(_("requests"), default=0)
    failed = models.BigIntegerField(_("failed"), default=0)
    prompt_tokens = models.BigIntegerField(_("prompt tokens"), default=0)
    completion_tokens = models.BigIntegerField(_("completion tokens"), default=0)

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        indexes = [
            models.Index(fields=["day", "id"], name="usage_by_day"),
            models.Index(fields=["user", "day", "id"], name="usage_of_user"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "user", "token_name", "model_digest"], name="one_usage_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.user_id} {self.model}"
