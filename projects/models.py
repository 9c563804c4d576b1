"""Projects and their training runs; a run's status changes only through `transition`."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.ownership import Owned
from core.execution.claims import Launched
from core.execution.log_events import LogEvent
from projects.runs.messages import render


class DataGate(models.TextChoices):
    """What happens before training on data that is neither clean nor de-identified."""

    PLATFORM = "", _("As the platform says")
    OFF = "off", _("Nothing")
    WARN = "warn", _("A warning")
    REFUSE = "refuse", _("The run is refused")


class Project(Owned):
    """What to train on what: names of a dataset file and of a training configuration.

    Where a name means an upload, the project holds the dataset that it is in: another upload of
    that name elsewhere is not what it means. Ids, not keys: that it was deleted must be seen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=255, unique=True)
    dataset_name = models.CharField(_("dataset"), max_length=1024)
    training_yaml_name = models.CharField(_("training configuration"), max_length=1024)
    file_dataset_id = models.UUIDField(_("dataset of the file"), null=True, blank=True)
    config_dataset_id = models.UUIDField(_("dataset of the configuration"), null=True, blank=True)
    description = models.TextField(_("description"), null=True, blank=True)
    data_gate = models.CharField(
        _("personal data"), max_length=8, choices=DataGate, default=DataGate.PLATFORM, blank=True
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")

    def __str__(self) -> str:
        return self.name


class RunStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")


ACTIVE_STATUSES = (RunStatus.PENDING, RunStatus.RUNNING)
LEGAL_TRANSITIONS: dict[str, frozenset[str]] = {
    RunStatus.PENDING: frozenset(
        {RunStatus.RUNNING, RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.STOPPED}
    ),
    RunStatus.RUNNING: frozenset({RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.STOPPED}),
    RunStatus.SUCCEEDED: frozenset(),
    RunStatus.FAILED: frozenset(),
    RunStatus.STOPPED: frozenset(),
}


class RunPriority(models.IntegerChoices):
    LOW = -1, _("Low")
    NORMAL = 0, _("Normal")
    HIGH = 1, _("High")


class RunOrigin(models.TextChoices):
    """How a run came about."""

    PROJECT = "", _("The project's files")
    REPEAT = "repeat", _("Repeated with changes")
    RESUME = "resume", _("Resumed from a checkpoint")
    MERGE = "merge", _("Merges an adapter into its base")


class Run(Launched):
    """One training run. Its folder is HOST_TRAINING_DIR/runs/<id>."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="runs")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), null=True, blank=True,
        on_delete=models.SET_NULL, related_name="+",
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=16, choices=RunStatus, default=RunStatus.PENDING, db_index=True
    )
    progress = models.FloatField(_("progress"), default=0.0)
    step = models.BigIntegerField(_("step"), null=True, blank=True)
    max_steps = models.BigIntegerField(_("steps in all"), null=True, blank=True)
    metrics_offset = models.BigIntegerField(default=0, editable=False)
    start_command = models.CharField(_("start command"), max_length=2048)
    inputs: models.JSONField[dict[str, Any]] = models.JSONField(_("inputs"), default=dict)
    data_state = models.CharField(_("personal data"), max_length=16, default="", blank=True)
    command: models.JSONField[list[str]] = models.JSONField(_("command"), default=list)
    digests: models.JSONField[dict[str, str]] = models.JSONField("SHA-256", default=dict)
    exit_code = models.IntegerField(_("exit code"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    stop_requested_at = models.DateTimeField(_("stop asked for"), null=True, blank=True)
    method = models.CharField(_("method"), max_length=16, default="", blank=True)
    origin = models.CharField(
        _("origin"), max_length=8, choices=RunOrigin, default=RunOrigin.PROJECT, blank=True
    )
    parent = models.ForeignKey(
        "self", verbose_name=_("made from"), null=True, blank=True,
        on_delete=models.SET_NULL, related_name="children",
    )  # fmt: skip
    resumed_from = models.CharField(_("checkpoint"), max_length=64, default="", blank=True)
    priority = models.SmallIntegerField(
        _("priority"), choices=RunPriority, default=RunPriority.NORMAL
    )
    gpus_wanted = models.PositiveSmallIntegerField(_("GPUs"), default=0)
    host = models.CharField(_("host"), max_length=255, default="", blank=True)
    gpu_ids: models.JSONField[list[int]] = models.JSONField("GPU", default=list)
    """Leased on `host` while the run is active; kept afterwards as what it ran on."""
    indexed_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When the digests of its files were complete after its end."""

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        indexes = [
            models.Index(fields=["project", "created_at", "id"], name="runs_of_project"),
            models.Index(fields=["created_at", "id"], name="runs_by_time"),
            models.Index(
                fields=["host", "finished_at"], name="runs_not_indexed",
                condition=models.Q(indexed_at=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.project_id} {self.id}"

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE_STATUSES

    @property
    def reason(self) -> str:
        """Why it ended, in the reader's language; empty while it goes on."""
        return render(self.reason_code, self.reason_params)

    @property
    def notice(self) -> str:
        """What keeps us from knowing more right now, in the reader's language."""
        return render(self.notice_code, self.notice_params)


class Artifact(models.Model):
    """The digest of a file that a run has left, as long as size and time of change are these.

    The disk says what is there; these rows only keep what took long to compute.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="artifacts")
    path = models.CharField(_("file"), max_length=1024)
    size = models.BigIntegerField(_("bytes"))
    modified_ns = models.BigIntegerField()
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        ordering = ["path"]
        verbose_name = _("artifact")
        verbose_name_plural = _("artifacts")
        constraints = [models.UniqueConstraint(fields=["run", "path"], name="one_digest_a_file")]

    def __str__(self) -> str:
        return self.path


class RunEvent(LogEvent):
    """A line of the platform's own in a run's log, made with the change that it tells of."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="events")

    class Meta(LogEvent.Meta):
        indexes = [
            models.Index(fields=["run"], name="unwritten_events", condition=models.Q(written=False))
        ]

    def __str__(self) -> str:
        return render(self.code, self.params)
