"""API tokens, single sign-on identities, what secret keys are known by, and the audit trail."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a token may be used for; what it may touch is its user's rights besides."""

    READ = "read", _("Read everything")
    DATASETS = "datasets", _("Datasets")
    TRAIN = "train", _("Projects and runs")
    DEPLOY = "deploy", _("Deployments")
    DEID = "deid", _("De-identification")
    INFERENCE = "inference", _("Use of deployed models")
    TOKENS = "tokens", _("Making, listing and revoking API tokens")


class ApiToken(models.Model):
    """A personal API token.

    Its text has 256 random bits, so a plain SHA-256 of it can be stored and looked up; a slow
    hash is for what people think up. One that was made by another ends with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(_("begins with"), max_length=16, editable=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    expiry = models.DateTimeField(_("expires"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=100)
    scopes: models.JSONField[list[str]] = models.JSONField(_("scopes"), default=list)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("made by the token"), null=True, blank=True, editable=False,
        on_delete=models.CASCADE, related_name="children",
    )  # fmt: skip

    class Meta:
        ordering = ["-created", "-id"]
        indexes = [models.Index(fields=["created", "id"], name="tokens_by_time")]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_expired(self) -> bool:
        """Whether its own time, or that of one it comes from, is over."""
        now = timezone.now()
        return any(token.expiry is not None and token.expiry <= now for token in self.line)

    @property
    def line(self) -> Iterator[ApiToken]:
        """It, the token that made it, and so on up to the one that a person made."""
        token: ApiToken | None = self
        while token is not None:
            yield token
            token = token.parent


class OidcIdentity(models.Model):
    """Ties a user to a subject of an OpenID provider: never to a mere e-mail address."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="oidc_identity"
    )
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_user_a_subject")
        ]
        verbose_name = _("single sign-on identity")
        verbose_name_plural = _("single sign-on identities")

    def __str__(self) -> str:
        return f"{self.subject} @ {self.issuer}"


class KeyMark(models.Model):
    """What a secret key in a file is known by: so one that is lost, or another, is noticed."""

    name = models.CharField(max_length=100, unique=True)
    fingerprint = models.CharField(max_length=64)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class AppendOnly(models.QuerySet["AuditEntry"]):
    """Entries are written once; only retention removes them (audit.prune)."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("audit entries are append-only")

    def delete(self) -> NoReturn:
        raise TypeError("audit entries are append-only")


class AuditEntry(models.Model):
    """Who did what to which object. Users are named, not linked: they may be deleted."""

    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    user_id = models.IntegerField(null=True, editable=False)
    username = models.CharField(_("user"), max_length=150, editable=False)
    via = models.CharField(_("via"), max_length=64, editable=False)
    address = models.CharField(_("address"), max_length=64, editable=False)
    action = models.CharField(_("action"), max_length=64, editable=False)
    refused = models.BooleanField(_("refused"), default=False, editable=False)
    object_type = models.CharField(_("object type"), max_length=64, editable=False)
    object_id = models.CharField(_("object id"), max_length=64, editable=False)
    object_name = models.CharField(_("object"), max_length=255, editable=False)
    changes: models.JSONField[dict[str, Any]] = models.JSONField(
        _("changes"), default=dict, editable=False
    )

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        # Each is walked in the trail's own order, so that a page is a page however many there are.
        indexes = [
            models.Index(fields=["at", "id"], name="audit_by_time"),
            models.Index(fields=["username", "at", "id"], name="audit_by_user"),
            models.Index(fields=["action", "at", "id"], name="audit_by_action"),
            models.Index(fields=["object_id", "at", "id"], name="audit_by_object"),
            models.Index(fields=["address", "at", "id"], name="audit_by_address"),
            models.Index(
                fields=["at", "id"], name="audit_refused", condition=models.Q(refused=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.username} {self.action} {self.object_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("audit entries are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("audit entries are append-only")
