"""HTML pages of projects."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.actor import actor_of
from core.accounts.limits import limited
from core.accounts.pages.sharing import sharing_context, sharing_post
from core.errors import Forbidden, PlatformError
from core.pages.forms import add_error
from core.pages.keyset import page_of
from projects import selectors, services
from projects.configs import services as config_services
from projects.models import DataGate, Project
from projects.pages.forms import ProjectForm
from projects.runs import selectors as run_selectors
from projects.runs import services as run_services


def find_project(request: HttpRequest, project_id: UUID) -> Project:
    """A project that the reader sees. Raises NotFound."""
    return selectors.project_get(actor_of(request), project_id)


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:255]
    page = page_of(request, selectors.project_rows(actor_of(request), search))
    selectors.runs_summed(page.rows)
    return render(request, "projects/list.html", {"page": page, "search": search})


@require_http_methods(["GET", "HEAD", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    actor.require("projects.add_project")
    form = ProjectForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            project = services.project_create(actor=actor, **form.cleaned_data)
            return redirect("projects:detail", project.id)
        except PlatformError as error:
            add_error(form, error)
    status = 400 if form.errors else 200
    return render(request, "projects/new.html", {"form": form}, status=status)


@require_safe
def project_detail(request: HttpRequest, project_id: UUID) -> HttpResponse:
    project = find_project(request, project_id)
    page = page_of(request, run_selectors.run_rows(project))
    context = {
        "project": project,
        "runs": page.rows,
        "page": page,
        "active": any(run.is_active for run in page.rows),
        "gates": DataGate.choices,
        "platform_gate": DataGate(settings.TRAINING_DATA_GATE).label,
        "meant": selectors.datasets_meant(actor_of(request), project),
        **sharing_context(actor_of(request), project),
    }
    template = "_runs.html" if request.headers.get("HX-Request") else "detail.html"
    return render(request, f"projects/{template}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def project_delete(request: HttpRequest, project_id: UUID) -> HttpResponse:
    project = find_project(request, project_id)
    actor_of(request).require("projects.delete_project", project)
    if request.method == "POST":
        services.project_delete(actor=actor_of(request), project=project)
        messages.success(request, _("Deleted: %(name)s") % {"name": project.name})
        return redirect("projects:list")
    return render(request, "confirm_delete.html", {"object": project, "back": "projects:detail"})


@require_POST
def project_sharing(request: HttpRequest, project_id: UUID) -> HttpResponse:
    project = find_project(request, project_id)
    return sharing_post(request, project, "projects:detail")


@require_POST
def project_gate(request: HttpRequest, project_id: UUID) -> HttpResponse:
    project = find_project(request, project_id)
    config_services.gate_set(
        actor=actor_of(request), project=project, gate=request.POST.get("gate", "")
    )
    messages.success(request, _("Saved"))
    return redirect("projects:detail", project_id)


@require_POST
@limited("start")
def run_start(request: HttpRequest, project_id: UUID) -> HttpResponse:
    project = find_project(request, project_id)
    try:
        run = run_services.run_start(actor=actor_of(request), project=project)
    except Forbidden:
        raise
    except PlatformError as error:
        messages.error(request, error.message)
        return redirect("projects:detail", project_id)
    return redirect("projects:run", project_id, run.id)
