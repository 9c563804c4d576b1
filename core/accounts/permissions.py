"""The API's first gate: an identity with a role, and a token whose scopes reach this far."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from core.accounts import audit
from core.accounts.actor import actor_of, client_address
from core.accounts.models import ApiToken, Scope
from core.accounts.roles import Role, role_of

UNREAD = {Scope.TOKENS}  # `read` does not reach these


class HasScope(BasePermission):
    """Views name their scope; reading is allowed with `read` too, but for tokens' own routes."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            audit.refused_stranger("api", client_address(request), request.path)
            return False
        if role_of(request.user) == Role.NONE:
            raise PermissionDenied(_("Your account has no role yet; ask an admin for one"))
        if isinstance(request.auth, ApiToken):
            check_scope(request, getattr(view, "scope", None))
        return True


def check_scope(request: Any, scope: str | None) -> None:
    """Raise PermissionDenied where the token's scopes do not reach."""
    held = set(request.auth.scopes)
    reads = request.method in SAFE_METHODS and scope not in UNREAD
    if scope in held or (reads and Scope.READ in held) or (scope is None and reads):
        return
    audit.refused(actor_of(request), f"scope {scope}", request.path)
    raise PermissionDenied(
        _("The API token lacks the scope %(scope)s") % {"scope": scope or Scope.READ}
    )
