"""The event streams of pages of deployments and GPUs: that something they show has changed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from core.changes.stream import changes
from deployments.changes import ALL, ALL_DEPLOYMENTS, ALL_GPUS


@login_not_required  # it answers 401 as the API does, not with a log-in page
@require_GET
async def deployments_events(request: HttpRequest) -> HttpResponseBase:
    return await changes(request, ALL_DEPLOYMENTS, lambda _actor: ALL)


@login_not_required  # it answers 401 as the API does, not with a log-in page
@require_GET
async def gpus_events(request: HttpRequest) -> HttpResponseBase:
    return await changes(request, ALL_GPUS, lambda _actor: ALL)
