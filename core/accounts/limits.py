"""Rate limits on what is expensive, for each user; most are counted over all web processes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.throttling import SimpleRateThrottle

from core.accounts.actor import client_address
from core.errors import TooMany

# Counted by each web process for itself: what they cost is its own time, and a row written in
# the database for each would cost more than the call.
PER_PROCESS = {"deid"}
View = Callable[..., HttpResponseBase]


class WriteThrottle(SimpleRateThrottle):
    """Limits the writes of views that name a `limit` (a key of RATE_LIMITS)."""

    cache = caches["limits"]

    def __init__(self, kind: str | None = None) -> None:
        self.kind = kind  # no rate yet: the view says which

    def allow_request(self, request: Any, view: Any) -> bool:
        self.kind = self.kind or getattr(view, "limit", None)
        if self.kind is None or request.method in ("GET", "HEAD", "OPTIONS"):
            return True
        self.rate = settings.RATE_LIMITS[self.kind]
        if self.kind in PER_PROCESS:
            self.cache = caches["default"]
        self.num_requests, self.duration = self.parse_rate(self.rate)
        if self.kind in PER_PROCESS:
            return bool(super().allow_request(request, view))
        # The counter is read and written again: not by two at once, or both would be the last.
        with transaction.atomic():
            _lock(self.get_cache_key(request, view))
            return bool(super().allow_request(request, view))

    def get_cache_key(self, request: Any, view: Any) -> str:
        who = request.user.pk or f"address {client_address(request)}"
        return f"limit:{self.kind}:{hashlib.sha256(str(who).encode()).hexdigest()}"


def _lock(key: str) -> None:
    """One at a time for a counter, to the transaction's end; SQLite's are IMMEDIATE anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])


def count_request(request: HttpRequest, kind: str) -> None:
    """Count a page's request; raises TooMany where the limit is used up."""
    throttle = WriteThrottle(kind)
    if not throttle.allow_request(request, None):
        raise TooMany(_("Too many requests; try again in a moment"), wait=throttle.wait())


def limited(kind: str) -> Callable[[View], View]:
    """The same limit for a page's POST."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            count_request(request, kind)
            return view(request, *args, **kwargs)

        return wrapper

    return decorate
