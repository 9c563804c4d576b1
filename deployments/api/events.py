"""The event stream of a deployment: log text, status, end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from core.accounts.actor import Actor
from core.execution.live_log import live_log
from core.execution.log_feed import Source
from deployments import selectors
from deployments.models import Deployment
from deployments.run.paths import run_folder


@login_not_required  # it answers 401 as the API does, not with a log-in page
@require_GET
async def deployment_events(request: HttpRequest, deployment_id: str) -> HttpResponseBase:
    def find(actor: Actor) -> Source:
        deployment = selectors.deployment_get(actor, deployment_id)
        return Source(
            key=deployment.id,
            folder=run_folder(deployment),
            status=lambda: _status(deployment.id),
            allowed=lambda viewer: selectors.deployment_get(viewer, deployment.id),
        )

    return await live_log(request, "deploy", find)


def _status(deployment_id: UUID) -> dict[str, Any] | None:
    deployment = Deployment.objects.filter(id=deployment_id).first()
    return None if deployment is None else selectors.deployment_status(deployment)
