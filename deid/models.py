"""Policies of de-identification, their versions, and the vault of what stood where."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.ownership import Owned

DEFAULT_POLICY = "default"


class DeidPolicy(Owned):
    """A named policy; what it says stands in its versions. `slug` is the contract's policy_id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("policy id"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    description = models.TextField(_("description"), blank=True)
    built_in = models.BooleanField(_("built in"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        ordering = ["-built_in", "slug"]
        verbose_name = _("de-identification policy")
        verbose_name_plural = _("de-identification policies")

    def __str__(self) -> str:
        return self.slug

    @property
    def latest(self) -> PolicyVersion:
        """The newest version; a policy is made with its first. Prefetch `versions`."""
        return max(self.versions.all(), key=lambda version: version.number)


class PolicyVersion(models.Model):
    """What a policy says, once and for all: an edit makes another version."""

    policy = models.ForeignKey(DeidPolicy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    name = models.CharField(_("version"), max_length=32)
    content: models.JSONField[dict[str, Any]] = models.JSONField(_("content"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), null=True, blank=True,
        on_delete=models.SET_NULL, related_name="+",
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_number"),
            models.UniqueConstraint(fields=["policy", "name"], name="policy_version_name"),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.name}"


class VaultEntry(models.Model):
    """One original and its replacement, sealed; found by keyed digests, opened with a permission.

    `source` is the file that the original stood in.
    """

    policy = models.ForeignKey(DeidPolicy, on_delete=models.PROTECT, related_name="+")
    source = models.UUIDField(_("file"), db_index=True)
    original_digest = models.BinaryField(max_length=16, editable=False)
    replacement_digest = models.BinaryField(max_length=16, editable=False)
    sealed = models.TextField(editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("vault entry")
        verbose_name_plural = _("vault entries")
        indexes = [
            models.Index(fields=["original_digest"], name="vault_original"),
            models.Index(fields=["replacement_digest"], name="vault_replacement"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "source", "original_digest"], name="vault_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.pk}"
