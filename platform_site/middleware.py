"""Middleware: security headers, and platform errors as friendly pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.deprecation import MiddlewareMixin

from core.errors import PlatformError, TooMany
from core.full_disk import STORAGE_FULL_MESSAGE, says_full_disk
from core.pages.refusal import refusal

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponseBase]
EVERYWHERE = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SecurityHeaders(MiddlewareMixin):
    """Headers that Django and django-csp do not set."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        for name, value in EVERYWHERE.items():
            response.setdefault(name, value)
        if getattr(getattr(request, "user", None), "is_authenticated", False):
            response.setdefault("Cache-Control", "private, no-store")
        return response


class ConstantHeaders(SecurityMiddleware):
    """SecurityMiddleware, and what it, CSPMiddleware and XFrameOptionsMiddleware say in headers.

    To an answer of the API they say the same each time: it is worked out once.
    """

    def __init__(self, get_response: GetResponse) -> None:
        super().__init__(get_response)
        self._headers = {secure: constant_headers(secure=secure) for secure in (False, True)}

    def process_response(  # type: ignore[override] # it takes streams as well
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        for name, value in self._headers[request.is_secure()].items():
            response.headers.setdefault(name, value)
        return response


class _Asked(HttpRequest):
    """A request of which nothing is known but whether it came by HTTPS."""

    def __init__(self, scheme: str) -> None:
        super().__init__()
        self._scheme = scheme

    def _get_scheme(self) -> str:
        return self._scheme


def constant_headers(*, secure: bool) -> dict[str, str]:
    """What these middleware say to whatever is asked."""
    empty = HttpResponse()
    own = set(empty.headers)

    def inner(request: HttpRequest) -> HttpResponse:
        return empty

    chain = SecurityMiddleware(CSPMiddleware(XFrameOptionsMiddleware(inner)))
    chain.redirect = False
    answer: Any = chain(_Asked("https" if secure else "http"))
    return {name: value for name, value in answer.headers.items() if name not in own}


class PlatformErrorMiddleware:
    """Shows a PlatformError that a page did not handle itself as a page with its status."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if says_full_disk(error):
            logger.error("no room on disk for what the request writes", exc_info=error)
            return refusal(request, str(STORAGE_FULL_MESSAGE), status=507)
        if not isinstance(error, PlatformError):
            return None
        response = refusal(request, error.message, status=error.status)
        if isinstance(error, TooMany) and error.wait:
            response["Retry-After"] = str(int(error.wait) + 1)
        return response
