"""Writes that another site's page could send: told by Fetch Metadata, origin and body type."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from core.accounts import audit
from core.accounts.actor import client_address
from core.pages.refusal import refusal

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
API_TYPES = {"", "application/json", "multipart/form-data"}


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


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token: forged, or older than the log-in."""
    audit.refused_stranger("csrf", client_address(request), request.path)
    return refusal(request, _("The form is out of date: reload the page and send it again"))
