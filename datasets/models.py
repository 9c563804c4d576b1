"""Datasets, their uploaded files and their training configuration."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.ownership import Owned
from core.execution.claims import Launched
from core.execution.log_events import LogEvent
from datasets.deid_jobs.messages import render
from deid.models import PolicyVersion


class DatasetStatus(models.TextChoices):
    CREATED = "created", _("Created")
    READY = "ready", _("Ready")


class CheckStatus(models.TextChoices):
    PENDING = "pending", _("Being checked")
    OK = "ok", _("No problems")
    PROBLEMS = "problems", _("Has problems")
    SKIPPED = "skipped", _("Not checked")


class DataState(models.TextChoices):
    """Whether personal data is in a file, or in any file of a dataset."""

    UNSCANNED = "unscanned", _("Not scanned")
    CLEAN = "clean", _("Clean")
    PERSONAL = "personal", _("Contains personal data")
    DEIDENTIFIED = "deidentified", _("De-identified")


class JobKind(models.TextChoices):
    SCAN = "scan", _("Scan")
    DEIDENTIFY = "deidentify", _("De-identification")


class JobStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")


JOB_ACTIVE = (JobStatus.PENDING, JobStatus.RUNNING)
JOB_TRANSITIONS: dict[str, frozenset[str]] = {
    # To pending: a crash is followed by another attempt, which goes on from there.
    JobStatus.PENDING: frozenset(
        {JobStatus.PENDING, JobStatus.RUNNING, JobStatus.FAILED, JobStatus.STOPPED}
    ),
    JobStatus.RUNNING: frozenset(
        {JobStatus.PENDING, JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.STOPPED}
    ),
    JobStatus.SUCCEEDED: frozenset(),
    JobStatus.FAILED: frozenset({JobStatus.PENDING}),
    JobStatus.STOPPED: frozenset({JobStatus.PENDING}),
}
# The worst of the files first: one file with personal data says it of the dataset.
STATE_ORDER = (
    DataState.PERSONAL, DataState.UNSCANNED, DataState.DEIDENTIFIED, DataState.CLEAN,
)  # fmt: skip


class Dataset(Owned):
    """A named set of files; `metadata` is the client's, kept with keys we do not know."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=255)
    type = models.CharField(_("type"), max_length=255, null=True, blank=True)
    source = models.CharField(_("source"), max_length=1024, null=True, blank=True)
    task_type = models.CharField(_("task type"), max_length=255, null=True, blank=True)
    metadata: models.JSONField[dict[str, Any]] = models.JSONField(
        _("metadata"), default=dict, blank=True
    )
    status = models.CharField(
        _("status"), max_length=16, choices=DatasetStatus, default=DatasetStatus.CREATED
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("dataset")
        verbose_name_plural = _("datasets")

    def __str__(self) -> str:
        return self.name

    @property
    def data_state(self) -> DataState:
        """Of all its files; prefetch `files`."""
        found = {file.data_state for file in self.files.all()}
        worst = next((state for state in STATE_ORDER if state in found), DataState.UNSCANNED)
        return DataState(worst)


class DatasetFile(models.Model):
    """One uploaded file; `id` is the contract's `upload_id`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=255, db_index=True)
    stored_name = models.CharField(_("stored name"), max_length=255, unique=True)
    size = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    check_status = models.CharField(
        _("check"), max_length=16, choices=CheckStatus, default=CheckStatus.PENDING
    )
    line_count = models.BigIntegerField(_("lines"), null=True, blank=True)
    problem_count = models.BigIntegerField(_("problems"), default=0)
    problems: models.JSONField[list[dict[str, Any]]] = models.JSONField(default=list, blank=True)
    data_state = models.CharField(
        _("personal data"), max_length=16, choices=DataState, default=DataState.UNSCANNED
    )
    state_version = models.ForeignKey(
        PolicyVersion, verbose_name=_("personal data: by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    """The version of a policy whose job found `data_state`; none where nobody has looked."""
    lineage: models.JSONField[dict[str, Any]] = models.JSONField(
        _("made from"), default=dict, blank=True
    )

    class Meta:
        ordering = ["uploaded_at", "id"]
        verbose_name = _("dataset file")
        verbose_name_plural = _("dataset files")
        indexes = [models.Index(fields=["uploaded_at", "id"], name="files_by_time")]

    def __str__(self) -> str:
        return self.name


class TrainConfig(models.Model):
    """The YAML training configuration of a dataset."""

    dataset = models.OneToOneField(Dataset, on_delete=models.CASCADE, related_name="train_config")
    filename = models.CharField(_("name"), max_length=255, db_index=True)
    stored_name = models.CharField(_("stored name"), max_length=255, unique=True)
    size = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded"))

    class Meta:
        verbose_name = _("training configuration")
        verbose_name_plural = _("training configurations")
        indexes = [models.Index(fields=["uploaded_at", "id"], name="configs_by_time")]

    def __str__(self) -> str:
        return self.filename


class FileJob(Launched):
    """One scan or de-identification of a file. Its folder is LLM_APP_STORAGE/jobs/<id>."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=JobKind)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="jobs")
    source = models.ForeignKey(
        DatasetFile, verbose_name=_("file"), on_delete=models.CASCADE, related_name="jobs"
    )
    result = models.OneToOneField(
        DatasetFile, verbose_name=_("new file"), null=True, blank=True,
        on_delete=models.SET_NULL, related_name="made_by",
    )  # fmt: skip
    policy_version = models.ForeignKey(
        PolicyVersion, verbose_name=_("policy"), on_delete=models.PROTECT, related_name="+"
    )
    host = models.CharField(_("host"), max_length=255)
    status = models.CharField(
        _("status"), max_length=16, choices=JobStatus, default=JobStatus.PENDING, db_index=True
    )
    done = models.BigIntegerField(_("done"), default=0)
    total = models.BigIntegerField(_("in all"), default=0)
    remaining = models.FloatField(_("remaining time"), null=True, blank=True)
    report: models.JSONField[dict[str, Any]] = models.JSONField(default=dict, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), null=True, blank=True,
        on_delete=models.SET_NULL, related_name="+",
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    stop_requested_at = models.DateTimeField(_("stop asked for"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("file job")
        verbose_name_plural = _("file jobs")

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_active(self) -> bool:
        return self.status in JOB_ACTIVE

    @property
    def reason(self) -> str:
        """Why it ended, in the reader's language; empty while it goes on."""
        return render(self.reason_code, self.reason_params)

    @property
    def notice(self) -> str:
        """What keeps us from knowing more right now, in the reader's language."""
        return render(self.notice_code, self.notice_params)

    @property
    def percent(self) -> int:
        if self.status == JobStatus.SUCCEEDED:
            return 100
        return min(100 * self.done // self.total, 99) if self.total else 0


class ReviewStatus(models.TextChoices):
    DRAWING = "drawing", _("Rows are being drawn")
    OPEN = "open", _("To be judged")
    FAILED = "failed", _("Cannot be read")


class Verdict(models.TextChoices):
    CLEAN = "clean", _("Clean")
    PERSONAL = "personal", _("Personal data is left")


class Review(models.Model):
    """Rows of a file, drawn by a seed for people to judge: is anybody in them to be known?"""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(DatasetFile, on_delete=models.CASCADE, related_name="reviews")
    seed = models.BigIntegerField(_("seed"))
    wanted = models.PositiveIntegerField(_("rows to judge"))
    total = models.BigIntegerField(_("rows of the file"), default=0)
    columns: models.JSONField[list[str]] = models.JSONField(default=list, blank=True)
    status = models.CharField(
        _("status"), max_length=16, choices=ReviewStatus, default=ReviewStatus.DRAWING
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), null=True, blank=True,
        on_delete=models.SET_NULL, related_name="+",
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    def __str__(self) -> str:
        return f"{self.file_id} {self.seed}"


class ReviewRow(models.Model):
    """One row that was drawn. Its text is kept, for the file may be long; it goes with the file."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="rows")
    number = models.BigIntegerField(_("row"))
    text = models.TextField(_("text"))
    verdict = models.CharField(_("verdict"), max_length=16, choices=Verdict, blank=True, default="")
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("judged by"), null=True, blank=True,
        on_delete=models.SET_NULL, related_name="+",
    )  # fmt: skip
    judged_at = models.DateTimeField(_("judged"), null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="one_verdict_a_row")
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class FileJobEvent(LogEvent):
    """What became of a job, and when: one line for each change of state."""

    job = models.ForeignKey(FileJob, on_delete=models.CASCADE, related_name="events")

    class Meta(LogEvent.Meta):
        indexes = [
            models.Index(
                fields=["job"], name="unwritten_job_events", condition=models.Q(written=False)
            )
        ]

    def __str__(self) -> str:
        return render(self.code, self.params)
