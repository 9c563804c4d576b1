"""Middleware: forged writes, security headers, and platform errors as friendly pages."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from platform_site.accounts import audit
from platform_site.accounts.actor import client_address
from platform_site.errors import PlatformError, TooMany

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
API_TYPES = {"", "application/json", "multipart/form-data"}
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def is_cross_site(request: HttpRequest) -> bool:
    """Whether a browser says that another site's page sends this request (Fetch Metadata)."""
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.get_host()


class SameOriginWrites(MiddlewareMixin):
    """Refuses a write that a foreign page could forge, by whatever way it came in.

    Open mode has no credential that a foreign page would lack, so there the body must also be
    of a type that an HTML form of a browser without Fetch Metadata cannot send as an API call.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if request.method in SAFE_METHODS:
            return None
        if is_cross_site(request):
            audit.refused_stranger("cross-site", client_address(request), request.path)
            return refusal(request, _("Refused: the request comes from another site"))
        api = request.path.startswith("/api/")
        if api and getattr(request, "acts_locally", False) and not _api_type(request):
            return refusal(
                request,
                _("Refused: the body must be application/json or multipart/form-data"),
                status=415,
            )
        return None


def _api_type(request: HttpRequest) -> bool:
    empty = request.headers.get("Content-Length", "0") == "0"
    return (request.content_type or "") in API_TYPES or empty


def refusal(request: HttpRequest, message: str, status: int = 403) -> HttpResponse:
    """A refusal as the API's JSON, or as a page."""
    if request.path.startswith("/api/") or "html" not in request.headers.get("Accept", ""):
        return JsonResponse({"detail": message}, status=status)
    return render(request, "error.html", {"status": status, "message": message}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token: forged, or older than the log-in."""
    audit.refused_stranger("csrf", client_address(request), request.path)
    return refusal(request, _("The form is out of date: reload the page and send it again"))


class SecurityHeaders(MiddlewareMixin):
    """Headers that Django and django-csp do not set."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if getattr(getattr(request, "user", None), "is_authenticated", False):
            response.setdefault("Cache-Control", "private, no-store")
        return response


class PlatformErrorMiddleware:
    """Shows a PlatformError that a page did not handle itself as a page with its status."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, PlatformError):
            return None
        response = refusal(request, error.message, status=error.status)
        if isinstance(error, TooMany) and error.wait:
            response["Retry-After"] = str(int(error.wait) + 1)
        return response
