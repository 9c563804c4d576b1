"""The event stream of a run: log text, status, end."""

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
from projects import selectors
from projects.models import Run
from projects.runs import selectors as run_selectors
from projects.runs.paths import run_folder


@login_not_required  # it answers 401 as the API does, not with a log-in page
@require_GET
async def run_events(request: HttpRequest, reference: str, run_id: str) -> HttpResponseBase:
    def find(actor: Actor) -> Source:
        project = selectors.project_get(actor, reference)
        run = run_selectors.run_get(project, run_id)
        return Source(
            key=run.id,
            folder=run_folder(run),
            status=lambda: _status(run.id),
            allowed=lambda viewer: selectors.project_seen(viewer, project.id),
        )

    return await live_log(request, "train", find)


def _status(run_id: UUID) -> dict[str, Any] | None:
    run = Run.objects.filter(id=run_id).first()
    return None if run is None else run_selectors.run_status(run)
