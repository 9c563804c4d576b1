"""The home page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.actor import actor_of
from datasets.selectors import dataset_list
from deployments.selectors import deployment_list
from projects.runs.selectors import run_recent
from projects.selectors import project_list


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is here, and what to do first where nothing is."""
    actor = actor_of(request)
    context = {
        "datasets_count": dataset_list(actor).count(),
        "projects_count": project_list(actor).count(),
        "deployments_count": deployment_list(actor).count(),
        "recent_runs": run_recent(actor, 10),
    }
    return render(request, "home.html", context)
