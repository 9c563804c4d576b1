"""The home page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.actor import actor_of
from datasets.selectors import dataset_list
from deployments.selectors import deployment_list
from projects.runs.selectors import run_recent
from projects.selectors import project_rows

COUNTED = 1_000  # at most: what a tile says beyond is "1,000+"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is here, and what to do first where nothing is."""
    actor = actor_of(request)
    context = {
        "datasets_count": counted(dataset_list(actor)),
        "projects_count": counted(project_rows(actor)),
        "deployments_count": counted(deployment_list(actor)),
        "most": COUNTED,
        "recent_runs": run_recent(actor, 10),
    }
    return render(request, "home.html", context)


def counted(rows: QuerySet[Any]) -> int:
    """How many there are, up to one more than are counted."""
    return rows[: COUNTED + 1].count()
