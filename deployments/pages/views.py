"""HTML pages of deployments, GPUs and usage."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Sum
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
from deployments import adapters, selectors, services
from deployments import from_run as runs
from deployments.choices import ACTIVE, DeploymentStatus
from deployments.door.targets import names_of
from deployments.models import Deployment
from deployments.pages.forms import OPTIONS, AdapterForm, FilterForm, LaunchForm
from projects import selectors as projects_selectors
from projects.runs import selectors as run_selectors

MOST_CHOICES = 200


def find_deployment(request: HttpRequest, deployment_id: UUID) -> Deployment:
    """One that the reader sees. Raises NotFound."""
    return selectors.deployment_get(actor_of(request), deployment_id)


@require_safe
def deployment_list(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, selectors.deployment_list(actor_of(request), **filters))
    active = any(row.status in ACTIVE for row in page.rows)
    context = {"page": page, "form": form, "active": active, "filtered": any(filters.values())}
    partial = request.headers.get("HX-Request")
    template = "deployments/_table.html" if partial else "deployments/list.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("start")
def deployment_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    actor.require("deployments.add_deployment")
    form = LaunchForm(request.POST or None, initial={"model_path": request.GET.get("model", "")})
    if request.method == "POST" and form.is_valid():
        try:
            deployment = services.deployment_launch(actor=actor, launch=form.launch())
            return redirect("deployments:detail", deployment.id)
        except Forbidden as error:
            form.add_error("extra_args", error.message)
        except PlatformError as error:
            add_error(form, error)
    context = {"form": form, "options": OPTIONS, "hosts": selectors.gpu_list(actor)}
    return render(request, "deployments/new.html", context, status=400 if form.errors else 200)


@require_safe
def deployment_detail(request: HttpRequest, deployment_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    deployment = find_deployment(request, deployment_id)
    context: dict[str, Any] = {
        "deployment": deployment,
        "strip": selectors.health_strip(deployment),
        "log_lines": selectors.deployment_log_tail(deployment),
        "names": list(names_of(deployment)),
        "adapters": deployment.adapters.all(),
        "adapter_form": AdapterForm(),
        "takes_adapters": adapters.takes_adapters(deployment),
        "host_silent": selectors.host_silent(deployment),
        **sharing_context(actor, deployment),
    }
    return render(request, "deployments/detail.html", context)


@require_POST
def deployment_stop(request: HttpRequest, deployment_id: UUID) -> HttpResponse:
    deployment = find_deployment(request, deployment_id)
    force = request.POST.get("force") == "1"
    services.deployment_stop(actor=actor_of(request), deployment=deployment, force=force)
    return redirect("deployments:detail", deployment_id)


@require_POST
@limited("start")
def deployment_restart(request: HttpRequest, deployment_id: UUID) -> HttpResponse:
    deployment = find_deployment(request, deployment_id)
    try:
        services.deployment_restart(actor=actor_of(request), deployment=deployment)
    except Forbidden:
        raise
    except PlatformError as error:
        messages.error(request, error.message)
    return redirect("deployments:detail", deployment_id)


@require_http_methods(["GET", "HEAD", "POST"])
def deployment_delete(request: HttpRequest, deployment_id: UUID) -> HttpResponse:
    deployment = find_deployment(request, deployment_id)
    actor = actor_of(request)
    actor.require("deployments.delete_deployment", deployment)
    if request.method == "POST":
        try:
            services.deployment_remove(actor=actor, deployment=deployment)
        except PlatformError as error:
            messages.error(request, error.message)
            return redirect("deployments:detail", deployment_id)
        messages.success(request, _("Deleted: %(name)s") % {"name": deployment.name})
        return redirect("deployments:list")
    context = {"object": deployment, "back": "deployments:detail"}
    return render(request, "confirm_delete.html", context)


@require_POST
def deployment_sharing(request: HttpRequest, deployment_id: UUID) -> HttpResponse:
    return sharing_post(request, find_deployment(request, deployment_id), "deployments:detail")


@require_POST
def adapter_attach(request: HttpRequest, deployment_id: UUID) -> HttpResponse:
    deployment = find_deployment(request, deployment_id)
    form = AdapterForm(request.POST)
    try:
        if form.is_valid():
            adapters.adapter_attach(
                actor=actor_of(request), deployment=deployment, **form.cleaned_data
            )
        else:
            actor_of(request).require("deployments.change_deployment", deployment)
            messages.error(request, _("A name and the adapter's path are needed"))
    except Forbidden:
        raise
    except PlatformError as error:
        messages.error(request, error.message)
    return redirect("deployments:detail", deployment_id)


@require_POST
def adapter_detach(request: HttpRequest, deployment_id: UUID, name: str) -> HttpResponse:
    deployment = find_deployment(request, deployment_id)
    adapters.adapter_detach(actor=actor_of(request), deployment=deployment, name=name)
    return redirect("deployments:detail", deployment_id)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("start")
def from_run(request: HttpRequest, project_id: UUID, run_id: UUID) -> HttpResponse:
    """POST launches what the run made, or attaches its adapter to the engine `engine`."""
    actor = actor_of(request)
    project = projects_selectors.project_get(actor, project_id)
    run = run_selectors.run_get(project, run_id)
    actor.require("deployments.add_deployment")
    try:
        result = run_selectors.run_result(run)
        if request.method == "POST":
            return _deploy(request, result)
    except Forbidden:
        raise
    except PlatformError as error:
        messages.error(request, error.message)
        return redirect("projects:run", project_id, run_id)
    context = {
        "project": project,
        "run": run,
        "result": result,
        "engines": runs.engines_for(actor, result),
    }
    return render(request, "deployments/from_run.html", context)


def _deploy(request: HttpRequest, result: run_selectors.RunResult) -> HttpResponse:
    actor = actor_of(request)
    if engine := request.POST.get("engine"):
        deployment = selectors.deployment_get(actor, engine)
        runs.run_attach(actor=actor, result=result, deployment=deployment)
    else:
        deployment = runs.run_deploy(actor=actor, result=result)
    return redirect("deployments:detail", deployment.id)


@require_safe
def playground(request: HttpRequest, deployment_id: UUID) -> HttpResponse:
    deployment = find_deployment(request, deployment_id)
    context = {"panes": [_pane(deployment)], "deployment": deployment}
    return render(request, "deployments/playground.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two deployments side by side: `?left=…&right=…`."""
    actor = actor_of(request)
    ready = list(selectors.deployment_list(actor, status=DeploymentStatus.RUNNING)[:MOST_CHOICES])
    chosen = [request.GET.get("left"), request.GET.get("right")]
    panes = [_pane(selectors.deployment_get(actor, one)) for one in chosen if one]
    context = {"panes": panes, "ready": ready, "chosen": chosen, "comparing": True}
    return render(request, "deployments/playground.html", context)


def _pane(deployment: Deployment) -> dict[str, Any]:
    return {"deployment": deployment, "names": list(names_of(deployment))}


@require_safe
def gpu_list(request: HttpRequest) -> HttpResponse:
    context = {"hosts": selectors.gpu_list(actor_of(request))}
    partial = request.headers.get("HX-Request")
    return render(
        request, "deployments/_gpus.html" if partial else "deployments/gpus.html", context
    )


@require_safe
def usage_list(request: HttpRequest) -> HttpResponse:
    rows = selectors.usage_list(actor_of(request))
    fields = ("requests", "failed", "prompt_tokens", "completion_tokens")
    totals = rows.order_by().aggregate(**{name: Sum(name) for name in fields})
    context = {"page": page_of(request, rows), "totals": totals}
    return render(request, "deployments/usage.html", context)
