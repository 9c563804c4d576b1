"""A refusal outside a view: as the API's JSON, or as a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def refusal(request: HttpRequest, message: str, status: int = 403) -> HttpResponse:
    """A refusal as the API's JSON, or as a page."""
    if request.path.startswith("/api/") or "html" not in request.headers.get("Accept", ""):
        return JsonResponse({"detail": message}, status=status)
    return render(request, "error.html", {"status": status, "message": message}, status=status)
