"""The closed sets of values of a deployment, and its legal transitions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeploymentStatus(models.TextChoices):
    STARTING = "starting", _("Starting")
    RUNNING = "running", _("Running")
    STOPPING = "stopping", _("Stopping")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


ACTIVE = (DeploymentStatus.STARTING, DeploymentStatus.RUNNING, DeploymentStatus.STOPPING)
_ENDS = (DeploymentStatus.STOPPED, DeploymentStatus.FAILED)
LEGAL_TRANSITIONS: dict[str, frozenset[str]] = {
    # STARTING to itself: the next attempt of a launch (another port, a restart by policy).
    DeploymentStatus.STARTING: frozenset({*ACTIVE, *_ENDS}),
    DeploymentStatus.RUNNING: frozenset(
        {DeploymentStatus.STARTING, DeploymentStatus.STOPPING, *_ENDS}
    ),
    DeploymentStatus.STOPPING: frozenset(_ENDS),
    DeploymentStatus.STOPPED: frozenset({DeploymentStatus.STARTING}),
    DeploymentStatus.FAILED: frozenset({DeploymentStatus.STARTING}),
}


class RestartPolicy(models.TextChoices):
    NEVER = "never", _("Never")
    ON_FAILURE = "on-failure", _("When it crashes or hangs")


class AdapterState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ATTACHED = "attached", _("Attached")
    REFUSED = "refused", _("Refused")
    LEAVING = "leaving", _("Being detached")
