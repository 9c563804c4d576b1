"""The page of the queue: who waits for GPUs, why, and who has them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.actor import actor_of
from projects.models import RunPriority
from projects.runs import selectors as run_selectors


@require_safe
def queue_page(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    labels = dict(RunPriority.choices)
    waiting = [
        {**row, "priority_label": labels[row["priority"]]}
        for row in run_selectors.queue_list(actor)
    ]
    context = {"waiting": waiting, "gpus": run_selectors.gpu_ledger(actor)}
    partial = request.headers.get("HX-Request")
    return render(request, "projects/_queue.html" if partial else "projects/queue.html", context)
