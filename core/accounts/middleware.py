"""Open mode: requests of this very machine act as the local operator, and no others do."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from core.accounts.actor import client_address
from core.accounts.roles import local_operator

__all__ = ["LocalOperator", "client_address", "is_local"]
LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}


def is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def is_local(request: HttpRequest) -> bool:
    """From loopback, to a loopback address, under a loopback name (no DNS rebinding)."""
    scope: dict[str, Any] = getattr(request, "scope", {})
    server = scope.get("server")
    name = split_domain_port(request.get_host())[0]
    return (
        is_loopback(client_address(request))
        and (server is None or is_loopback(str(server[0])))
        and name in LOCAL_NAMES
    )


class LocalOperator(MiddlewareMixin):
    """Sets `request.acts_locally` and the user, in open mode only."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        request.acts_locally = False  # type: ignore[attr-defined]
        if settings.PLATFORM_AUTH != "open" or request.path == "/healthz":
            return None
        if not is_local(request):
            return JsonResponse(
                {"detail": _("PLATFORM_AUTH=open serves this machine only")}, status=403
            )
        if request.user.is_authenticated:
            return None
        user = local_operator()

        async def auser() -> Any:
            return user

        request.user = user
        request.auser = auser
        request.acts_locally = True  # type: ignore[attr-defined]
        return None
