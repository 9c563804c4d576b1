"""The page that lays several runs side by side."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.actor import actor_of
from projects.runs import selectors as run_selectors


@require_safe
def compare_page(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.getlist("run")
    runs = run_selectors.runs_chosen(actor_of(request), chosen) if chosen else []
    curves = run_selectors.curves(runs)
    context = {
        "runs": runs,
        "differences": run_selectors.differences(runs) if runs else [],
        "last": [_readable(row) for row in run_selectors.last_values(curves)],
        "metrics": list(curves),
        "query": "&".join(f"run={run.id}" for run in runs),
    }
    return render(request, "projects/compare.html", context)


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """Five digits that count: metrics may be tiny or large."""
    values = [None if value is None else f"{value:.5g}" for value in row["values"]]
    return {**row, "values": values}
