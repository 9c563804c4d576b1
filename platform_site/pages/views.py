"""The home page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from platform_site.accounts.actor import actor_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is here, and what to do first where nothing is."""
    actor = actor_of(request)
    # Dotted names: this shared part stands below the domains that it shows.
    datasets = import_string("datasets.selectors.dataset_list")(actor)
    projects = import_string("projects.selectors.project_list")(actor)
    deployments = import_string("deployments.selectors.deployment_list")(actor)
    context = {
        "datasets_count": datasets.count(),
        "projects_count": projects.count(),
        "deployments_count": deployments.count(),
        "recent_runs": import_string("projects.selectors.run_recent")(actor, 10),
    }
    return render(request, "home.html", context)
