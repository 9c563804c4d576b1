"""Middleware: refuse forged writes, and turn platform errors on pages into friendly pages."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import gettext as _

from platform_site.errors import PlatformError

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def is_cross_site(request: HttpRequest) -> bool:
    """Whether a browser says that another site's page sends this request (Fetch Metadata)."""
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.get_host()


@sync_and_async_middleware
def same_origin_writes(get_response: GetResponse) -> Callable[..., object]:
    """The API has no CSRF token, so a write that a foreign page could forge is refused."""
    from asgiref.sync import iscoroutinefunction

    def refusal(request: HttpRequest) -> HttpResponse | None:
        if request.method in SAFE_METHODS or not is_cross_site(request):
            return None
        return JsonResponse(
            {"detail": _("Refused: the request comes from another site")}, status=403
        )

    if iscoroutinefunction(get_response):

        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            return refusal(request) or await get_response(request)

        return asynchronous

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        return refusal(request) or get_response(request)

    return synchronous


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
        context = {"status": error.status, "message": error.message}
        return render(request, "error.html", context, status=error.status)
