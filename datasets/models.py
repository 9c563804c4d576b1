"""Datasets, their uploaded files and their training configuration."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from platform_site.accounts.ownership import Owned


class DatasetStatus(models.TextChoices):
    CREATED = "created", _("Created")
    READY = "ready", _("Ready")


class CheckStatus(models.TextChoices):
    PENDING = "pending", _("Being checked")
    OK = "ok", _("No problems")
    PROBLEMS = "problems", _("Has problems")
    SKIPPED = "skipped", _("Not checked")


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

    class Meta:
        ordering = ["uploaded_at", "id"]
        verbose_name = _("dataset file")
        verbose_name_plural = _("dataset files")

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

    def __str__(self) -> str:
        return self.filename
