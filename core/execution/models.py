"""Hosts that run programs, and what of theirs is leased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HOST_PATIENCE = timedelta(seconds=30)


class Host(models.Model):
    """A machine with a worker and an agent, as its agent last saw it."""

    name = models.CharField(_("name"), max_length=255, primary_key=True)
    address = models.CharField(_("address"), max_length=255, default="127.0.0.1")
    boot_id = models.CharField(max_length=64, default="")
    gpus: models.JSONField[list[dict[str, Any]]] = models.JSONField("GPU", default=list)
    gpu_source = models.CharField(max_length=16, default="")
    gpu_problem = models.CharField(max_length=500, default="", blank=True)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    given_up_at = models.DateTimeField(_("given up"), null=True, blank=True)
    """Since when an operator takes it for gone, until its agent reports again."""

    class Meta:
        ordering = ["name"]
        verbose_name = _("host")
        verbose_name_plural = _("hosts")

    def __str__(self) -> str:
        return self.name

    @property
    def is_alive(self) -> bool:
        return self.given_up_at is None and timezone.now() - self.seen_at < HOST_PATIENCE


class LeaseKind(models.TextChoices):
    GPU = "gpu", "GPU"
    PORT = "port", _("Port")


class Lease(models.Model):
    """One port or GPU of a host in somebody's hands; the database lets no two have it."""

    host = models.CharField(_("host"), max_length=255)
    kind = models.CharField(_("kind"), max_length=8, choices=LeaseKind)
    value = models.CharField(_("value"), max_length=64)
    holder_type = models.CharField(_("held by"), max_length=16)
    holder_id = models.UUIDField(_("id of the holder"), db_index=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        ordering = ["host", "kind", "value", "id"]
        verbose_name = _("lease")
        verbose_name_plural = _("leases")
        constraints = [
            models.UniqueConstraint(fields=["host", "kind", "value"], name="one_lease_each")
        ]

    def __str__(self) -> str:
        return f"{self.host} {self.kind} {self.value}"
