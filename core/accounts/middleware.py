"""Whose a request is: nobody's, or in open mode the local operator's; pages need a role."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from core.accounts import audit, known
from core.accounts.actor import actor_of, client_address
from core.accounts.roles import Role, role_of
from core.pages.refusal import refusal

__all__ = ["LocalOperator", "client_address", "is_local"]
LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}


@lru_cache(1024)
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


class RoleRequired(MiddlewareMixin):
    """Pages are for people with a role, as the API is; the others are told whom to ask."""

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        strangers_too = not getattr(view, "login_required", True)
        if strangers_too or request.path.startswith("/api/") or request.path == "/healthz":
            return None
        if not request.user.is_authenticated or role_of(request.user) != Role.NONE:
            return None
        audit.refused(actor_of(request), "role", request.path)
        return refusal(request, _("Your account has no role yet; ask an admin for one"))


class NobodyYet(MiddlewareMixin):
    """For calls that have no session: they are nobody's until a token, or open mode, says whose."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = AnonymousUser()


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
        user = known.local_operator()

        async def auser() -> Any:
            return user

        request.user = user
        request.auser = auser
        request.acts_locally = True  # type: ignore[attr-defined]
        return None
