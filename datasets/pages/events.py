"""The event streams of pages of datasets: that something they show has changed."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from core.changes.stream import changes
from datasets import selectors
from datasets.changes import WORK_ON_DATASET
from datasets.deid_jobs import selectors as job_selectors


@login_not_required  # it answers 401 as the API does, not with a log-in page
@require_GET
async def dataset_events(request: HttpRequest, dataset_id: UUID) -> HttpResponseBase:
    return await changes(
        request, WORK_ON_DATASET, lambda actor: selectors.dataset_get(actor, dataset_id).id
    )


@login_not_required  # it answers 401 as the API does, not with a log-in page
@require_GET
async def job_events(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """Of its whole dataset."""
    return await changes(
        request, WORK_ON_DATASET, lambda actor: job_selectors.job_get(actor, job_id).dataset_id
    )
