"""What every template may show about the platform itself."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from core.accounts.roles import Role, role_of


def platform(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    role = role_of(user) if user is not None else Role.NONE
    return {
        "platform_version": settings.VERSION,
        "platform_host": settings.PLATFORM_HOST,
        "platform_open": settings.PLATFORM_AUTH == "open",
        "acts_locally": getattr(request, "acts_locally", False),
        "is_operator": role >= Role.OPERATOR,
        "may_add": role >= Role.DATA_SCIENTIST,
    }
