"""The page of a run, and what is asked for from it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.accounts.actor import Actor, actor_of
from core.accounts.limits import limited
from core.errors import Forbidden, PlatformError
from datasets.selectors import state_label
from projects.models import Project, Run, RunPriority
from projects.pages.views import find_project
from projects.runs import selectors as run_selectors
from projects.runs import services as run_services
from projects.runs.selectors import artifact_groups, evaluation_of, whole_checkpoints

ADD_DEPLOYMENT = "deployments.add_deployment"


@require_safe
def run_detail(request: HttpRequest, project_id: UUID, run_id: UUID) -> HttpResponse:
    project = find_project(request, project_id)
    run = run_selectors.run_get(project, run_id)
    left = _left(actor_of(request), project, run)
    if request.headers.get("HX-Request"):
        return render(request, "projects/_run_left.html", {**left, "partial": True})
    context = {
        **left,
        "notice": run_selectors.notice_of(run),
        "turn": run_selectors.queue_turn(run),
        "priorities": RunPriority.choices,
        "eta_seconds": run_selectors.eta_seconds(run),
        "data_state": state_label(run.data_state) if run.data_state else "",
        "command": shlex.join(run.command),
        "log_lines": run_selectors.run_log_tail(run),
    }
    return render(request, "projects/run.html", context)


def _left(actor: Actor, project: Project, run: Run) -> dict[str, Any]:
    """What a run leaves, and what can be done with it: shown anew when it has ended."""
    may_change = actor.may("projects.change_project", project)
    return {
        "project": project,
        "run": run,
        "project_key": str(project.id),
        "run_key": str(run.id),
        "may_change": may_change,
        "may_deploy": run_selectors.has_result(run) and actor.may(ADD_DEPLOYMENT),
        "may_merge": may_change and run_selectors.can_merge(run),
        "checkpoints": [] if run.is_active else whole_checkpoints(run)[::-1],
        "children": list(run.children.all()),
        "groups": artifact_groups(run),
        "evaluation": evaluation_of(run),
    }


def _made(
    request: HttpRequest, project_id: UUID, run_id: UUID, make: Callable[[Actor, Run], Run]
) -> HttpResponse:
    """Do what was asked and show the run that it is about; a refusal on the page it came from."""
    run = run_selectors.run_get(find_project(request, project_id), run_id)
    try:
        run = make(actor_of(request), run)
    except Forbidden:
        raise
    except PlatformError as error:
        messages.error(request, error.message)
    return redirect("projects:run", project_id, run.id)


@require_POST
def run_stop(request: HttpRequest, project_id: UUID, run_id: UUID) -> HttpResponse:
    return _made(
        request, project_id, run_id, lambda actor, run: run_services.run_stop(actor=actor, run=run)
    )


@require_POST
@limited("start")
def run_resume(request: HttpRequest, project_id: UUID, run_id: UUID) -> HttpResponse:
    """`max_steps`, where it is given, is how far the resumed run goes."""
    checkpoint, steps = request.POST.get("checkpoint") or None, request.POST.get("max_steps", "")
    changes = {"training.max_steps": steps} if steps.strip() else None

    def resume(actor: Actor, run: Run) -> Run:
        return run_services.run_resume(actor=actor, run=run, checkpoint=checkpoint, changes=changes)

    return _made(request, project_id, run_id, resume)


@require_POST
@limited("start")
def run_merge(request: HttpRequest, project_id: UUID, run_id: UUID) -> HttpResponse:
    return _made(
        request, project_id, run_id, lambda actor, run: run_services.run_merge(actor=actor, run=run)
    )


@require_POST
def run_priority(request: HttpRequest, project_id: UUID, run_id: UUID) -> HttpResponse:
    priority = priority_in(request)

    def move(actor: Actor, run: Run) -> Run:
        return run_services.run_set_priority(actor=actor, run=run, priority=priority)

    return _made(request, project_id, run_id, move)


def priority_in(request: HttpRequest) -> int:
    """The form's priority; what is no number is none that there is."""
    try:
        return int(request.POST.get("priority", RunPriority.NORMAL))
    except ValueError:
        return max(RunPriority.values) + 1
