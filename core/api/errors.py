"""The API's one error shape: `{"detail": …}`, as the contract has it."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from core.database_away import DATABASE_AWAY, DATABASE_AWAY_MESSAGE
from core.errors import PlatformError, TooMany
from core.full_disk import STORAGE_FULL_MESSAGE, says_full_disk

logger = logging.getLogger(__name__)

ERROR_TYPES = {"required": "missing", "null": "missing", "blank": "string_too_short"}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Map every exception that means a refusal to its status and `detail`."""
    if isinstance(error, PlatformError):
        answer = Response({"detail": error.message}, status=error.status)
        if isinstance(error, TooMany) and error.wait:
            answer["Retry-After"] = str(int(error.wait) + 1)
        return answer
    if isinstance(error, exceptions.ValidationError):
        location = context.get("error_location", "body")
        return Response({"detail": flatten(error.detail, [location])}, status=422)
    if isinstance(error, exceptions.ParseError):
        return _unreadable("json_invalid", str(error.detail))
    if isinstance(error, exceptions.UnsupportedMediaType):
        return _unreadable("media_type_unsupported", str(error.detail))
    if says_full_disk(error):
        logger.error("no room on disk for what the request writes", exc_info=error)
        return Response({"detail": str(STORAGE_FULL_MESSAGE)}, status=507)
    return drf_exception_handler(error, context)


def _unreadable(kind: str, message: str) -> Response:
    return Response({"detail": [{"type": kind, "loc": ["body"], "msg": message}]}, status=422)


def flatten(detail: Any, location: list[str | int]) -> list[dict[str, Any]]:
    """Turn DRF's nested errors into a list of `{"type", "loc", "msg"}`, one a field."""
    if isinstance(detail, dict):
        return [
            entry
            for key, value in detail.items()
            for entry in flatten(value, location + ([] if key == "non_field_errors" else [key]))
        ]
    if isinstance(detail, list):
        if detail and all(isinstance(item, dict) for item in detail):
            return [
                entry
                for index, value in enumerate(detail)
                if value
                for entry in flatten(value, [*location, index])
            ]
        return [entry for item in detail[:1] for entry in flatten(item, location)]
    code = getattr(detail, "code", "invalid")
    return [{"type": ERROR_TYPES.get(code, code), "loc": location, "msg": str(detail)}]


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for URLs that lead nowhere: JSON under /api, a page elsewhere."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": _("Not found")}, status=404)
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; the traceback is in the server's log. 503 where the database is away.

    Nothing can be asked then, so a page is plain text.
    """
    if isinstance(sys.exc_info()[1], DATABASE_AWAY):
        text, headers = str(DATABASE_AWAY_MESSAGE), {"Retry-After": "5"}
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": text}, status=503, headers=headers)
        return HttpResponse(text, "text/plain; charset=utf-8", 503, headers=headers)
    if request.path.startswith("/api/"):
        return JsonResponse(
            {"detail": _("Internal error; the server's log has the cause")}, status=500
        )
    return render(request, "500.html", status=500)
