"""HTML pages of scans and de-identification jobs."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.accounts.actor import actor_of
from core.accounts.limits import limited
from core.errors import Forbidden, NotFound, PlatformError
from datasets import selectors
from datasets.deid_jobs import selectors as job_selectors
from datasets.deid_jobs import services as job_services
from datasets.deid_jobs.selectors import format_of
from datasets.models import FileJob, JobKind
from deid import selectors as deid_selectors
from deid.labels import type_label

ROWS = 20
COMPARED = {"jsonl", "csv", "text", "markdown"}


@require_POST
@limited("start")
def job_start(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    file = selectors.file_get(actor, upload_id)
    kind = JobKind.SCAN if request.POST.get("kind") == JobKind.SCAN else JobKind.DEIDENTIFY
    try:
        version = deid_selectors.version_for(actor, request.POST.get("policy_id"))
        job = job_services.job_start(actor=actor, file=file, kind=kind, version=version)
    except (Forbidden, NotFound):
        raise
    except PlatformError as error:
        messages.error(request, error.message)
        return redirect("datasets:detail", file.dataset_id)
    return redirect("datasets:job", job.id)


@require_safe
def job_detail(request: HttpRequest, job_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    job = job_selectors.job_get(actor, job_id)
    context = {
        "job": job,
        "reason": job.reason,
        "events": job.events.all(),
        "may_change": actor.may("datasets.change_dataset", job.dataset),
        "types": report_types(job),
        "places": report_places(job),
        "compares": job.result_id is not None and format_of(job.source) in COMPARED,
    }
    partial = "datasets/_job.html" if request.headers.get("HX-Request") else "datasets/job.html"
    return render(request, partial, context)


def report_types(job: FileJob) -> list[dict[str, object]]:
    """Rows of the report's table, the most frequent type first."""
    report = job.report
    sureness = report.get("sureness", {})
    return [
        {
            "type": kind,
            "label": type_label(kind),
            "count": count,
            "sure": sureness.get(f"{kind} sure", 0),
            "likely": sureness.get(f"{kind} likely", 0),
            "possible": sureness.get(f"{kind} possible", 0),
            "samples": report.get("samples", {}).get(kind, []),
        }
        for kind, count in sorted(report.get("types", {}).items(), key=lambda one: -one[1])
    ]


def report_places(job: FileJob) -> list[tuple[str, str, int]]:
    """(field, type, count), the most frequent first; the field is empty in running text."""
    found = []
    for place, count in job.report.get("places", {}).items():
        kind, _blank, field = place.partition(" ")
        found.append((field, type_label(kind), count))
    return sorted(found, key=lambda one: -one[2])[:50]


@require_safe
def job_compare(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = job_selectors.job_get(actor_of(request), job_id)
    if job.result is None or format_of(job.source) not in COMPARED:
        raise NotFound(_("There is nothing to compare"))
    text = request.GET.get("line", "1")
    first = max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 12 else 1
    lines = job_selectors.changed_lines(job, first, ROWS)
    context = {
        "job": job,
        "lines": lines,
        "first": first,
        "earlier": max(first - ROWS, 1) if first > 1 else None,
        "later": first + ROWS if len(lines) == ROWS else None,
    }
    return render(request, "datasets/compare.html", context)


@require_POST
def job_stop(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return _asked(request, job_id, job_services.job_stop)


@require_POST
def job_resume(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return _asked(request, job_id, job_services.job_resume)


def _asked(request: HttpRequest, job_id: UUID, service: Callable[..., FileJob]) -> HttpResponse:
    actor = actor_of(request)
    job = job_selectors.job_get(actor, job_id)
    try:
        service(actor=actor, job=job)
    except Forbidden:
        raise
    except PlatformError as error:
        messages.error(request, error.message)
    return redirect("datasets:job", job_id)
