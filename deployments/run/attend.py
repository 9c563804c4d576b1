"""Stays a moment with a deployment that is to end: whoever waits for its end learns at once."""

from __future__ import annotations

import time
from contextlib import suppress
from uuid import UUID

from django.conf import settings

from deployments.models import Deployment
from deployments.run.lifecycle import MACHINE

ATTENDED_SECONDS = 2.0  # then the agent's sweep goes on with it: a worker has more to do
POLL = 0.1


def deployment_attend(deployment_id: UUID | str) -> None:
    """Reconcile it; one that is to end again and again, until it has or takes too long."""
    with suppress(Deployment.DoesNotExist):  # whoever waited for its end has removed it
        row = MACHINE.reconcile(deployment_id)
        attempt = row.attempt if row is not None else 0
        deadline = time.monotonic() + ATTENDED_SECONDS
        while row is not None and row.attempt == attempt and _is_ending(row):
            if time.monotonic() > deadline:
                return
            time.sleep(POLL)
            row = MACHINE.reconcile(deployment_id)


def _is_ending(row: Deployment) -> bool:
    asked = row.stop_requested_at is not None or row.kill_reason_code != ""
    ours = row.host == settings.PLATFORM_HOST and row.submitted_at is not None
    return asked and ours and row.is_active
