"""The closed sets of values of a deployment, and its legal transitions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    STARTING = "starting", _("Starting")
    RUNNING = "running", _("Running")
    STOPPING = "stopping", _("Stopping")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


ACTIVE = (Status.STARTING, Status.RUNNING, Status.STOPPING)
LEGAL_TRANSITIONS: dict[str, frozenset[str]] = {
    # STARTING to itself: the next attempt of a launch (another port, a restart by policy).
    Status.STARTING: frozenset(
        {Status.STARTING, Status.RUNNING, Status.STOPPING, Status.STOPPED, Status.FAILED}
    ),
    Status.RUNNING: frozenset({Status.STARTING, Status.STOPPING, Status.STOPPED, Status.FAILED}),
    Status.STOPPING: frozenset({Status.STOPPED, Status.FAILED}),
    Status.STOPPED: frozenset({Status.STARTING}),
    Status.FAILED: frozenset({Status.STARTING}),
}


class RestartPolicy(models.TextChoices):
    NEVER = "never", _("Never")
    ON_FAILURE = "on-failure", _("When it crashes or hangs")


class AdapterState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ATTACHED = "attached", _("Attached")
    REFUSED = "refused", _("Refused")
    LEAVING = "leaving", _("Being detached")
