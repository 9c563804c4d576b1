"""Start a run with changes, or repeat one: a form of the keys beside the YAML, each the other's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.accounts.actor import Actor, actor_of
from core.accounts.limits import count_request
from core.errors import Forbidden, PlatformError
from projects.configs import selectors as config_selectors
from projects.models import Project, Run, RunPriority
from projects.pages.runs import priority_in
from projects.pages.views import find_project
from projects.runs import selectors as run_selectors
from projects.runs import services as run_services

PREFIX = "f:"  # of the form's fields, whose names are dotted keys


@dataclass
class Draft:
    """A configuration that is being written; `name` stands for its file in messages."""

    name: str
    text: str
    error: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def run_new(request: HttpRequest, project_id: UUID) -> HttpResponse:
    project = find_project(request, project_id)
    return _page(request, project, None)


@require_http_methods(["GET", "HEAD", "POST"])
def run_repeat(request: HttpRequest, project_id: UUID, run_id: UUID) -> HttpResponse:
    project = find_project(request, project_id)
    return _page(request, project, run_selectors.run_get(project, run_id))


def _page(request: HttpRequest, project: Project, run: Run | None) -> HttpResponse:
    actor = actor_of(request)
    actor.require("projects.change_project", project)
    name = run_selectors.config_name(run) if run else project.training_yaml_name
    if request.method != "POST":
        return _shown(request, project, run, _original(actor, project, run, name))
    draft = _draft(request, name)
    if draft.error or request.POST.get("action") != "start":
        return _shown(request, project, run, draft)
    count_request(request, "start")
    try:
        made = _start(actor, project, run, draft.text, priority_in(request))
    except Forbidden:
        raise
    except PlatformError as error:
        draft.error = error.message
        return _shown(request, project, run, draft)
    return redirect("projects:run", project.id, made.id)


def _original(actor: Actor, project: Project, run: Run | None, name: str) -> Draft:
    try:
        data = (
            run_selectors.config_bytes(run) if run else run_selectors.project_config(actor, project)
        )
    except PlatformError as error:
        return Draft(name, "", error.message)
    return Draft(name, data.decode("utf-8", "replace"))


def _draft(request: HttpRequest, name: str) -> Draft:
    """The text with what the fields say differently from `base`, the text that filled them."""
    text, base = (_plain(request.POST.get(key, "")) for key in ("config", "base"))
    fields = {
        key.removeprefix(PREFIX): str(value)
        for key, value in request.POST.items()
        if key.startswith(PREFIX)
    }
    try:
        changes = config_selectors.changes_of(base.encode(), name, fields)
        return Draft(name, config_selectors.apply_changes(text.encode(), name, changes).decode())
    except PlatformError as error:
        return Draft(name, text, error.message)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")  # as forms send them


def _start(actor: Actor, project: Project, run: Run | None, text: str, priority: int) -> Run:
    if run is not None:
        return run_services.run_repeat(actor=actor, run=run, config=text, priority=priority)
    try:
        same = run_selectors.project_config(actor, project) == text.encode()
    except PlatformError:
        same = False
    config = None if same else text
    return run_services.run_start_with(
        actor=actor, project=project, config=config, priority=priority
    )


def _shown(request: HttpRequest, project: Project, run: Run | None, draft: Draft) -> HttpResponse:
    data = draft.text.encode("utf-8", "replace")
    context: dict[str, Any] = {
        "project": project,
        "run": run,
        "draft": draft,
        "report": config_selectors.config_check(data, draft.name),
        "sections": config_selectors.form_rows(data, draft.name),
        "priorities": RunPriority.choices,
        "priority": request.POST.get("priority", "0"),
    }
    partial = request.headers.get("HX-Request")
    status = 400 if draft.error and request.method == "POST" and not partial else 200
    template = "projects/_config_editor.html" if partial else "projects/run_new.html"
    return render(request, template, context, status=status)
