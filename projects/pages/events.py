"""The event streams of pages of runs: that something they show has changed."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from core.changes.stream import changes
from projects import selectors
from projects.runs.changes import QUEUE, RUN_QUEUE, RUNS_OF_PROJECT


@login_not_required  # it answers 401 as the API does, not with a log-in page
@require_GET
async def project_events(request: HttpRequest, project_id: UUID) -> HttpResponseBase:
    return await changes(
        request, RUNS_OF_PROJECT, lambda actor: selectors.project_get(actor, project_id).id
    )


@login_not_required  # it answers 401 as the API does, not with a log-in page
@require_GET
async def queue_events(request: HttpRequest) -> HttpResponseBase:
    return await changes(request, RUN_QUEUE, lambda _actor: QUEUE)
