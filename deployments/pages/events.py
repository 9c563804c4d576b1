"""The event streams of pages of deployments and GPUs: that something they show has changed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from core.accounts.ownership import sight_of
from core.changes.stream import changes
from deployments.changes import ALL, ALL_GPUS, DEPLOYMENTS


@login_not_required  # it answers 401 as the API does, not with a log-in page
@require_GET
async def deployments_events(request: HttpRequest) -> HttpResponseBase:
    return await changes(request, DEPLOYMENTS, sight_of)


@login_not_required  # it answers 401 as the API does, not with a log-in page
@require_GET
async def gpus_events(request: HttpRequest) -> HttpResponseBase:
    return await changes(request, ALL_GPUS, lambda _actor: ALL)
