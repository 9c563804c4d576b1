"""The Django admin behind the platform's own log-in and roles."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.accounts import audit
from core.accounts.actor import actor_of
from core.accounts.roles import Role, role_of
from core.errors import Forbidden


class PlatformAdminSite(admin.AdminSite):
    """Open to operators and admins; what each may do there is the rules' to say."""

    site_header = "LLM Platform"
    site_title = "LLM Platform"
    index_title = _("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        return role_of(request.user) >= Role.OPERATOR

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Strangers are sent to log in by the middleware; who is known and may not is told so."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                audit.refused(actor_of(request), "admin", request.path)
                raise Forbidden(_("The admin is for operators and admins"))
            return inner(request, *args, **kwargs)

        return guarded

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.user.is_authenticated:
            raise Forbidden(_("The admin is for operators and admins"))
        return redirect_to_login(request.GET.get("next", "/admin/"))
