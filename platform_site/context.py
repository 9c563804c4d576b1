"""What every template may show about the platform itself."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def platform(request: HttpRequest) -> dict[str, object]:
    return {"platform_version": settings.VERSION, "platform_host": settings.PLATFORM_HOST}
