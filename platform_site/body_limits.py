"""How large a request's body may be: by its route, method and whether anybody is behind it.

Django writes a body to disk before a view, or even a log-in, is asked. So what is large is let in
only where something large is wanted, and only from those who say who they are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import parse_cookie
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from core.accounts.asgi_actor import language_of
from core.asgi.request_guard import Limit, detail
from core.files.uploads import too_large
from deployments.door.errors import no_token
from deployments.door.errors import too_large as chat_too_large

MULTIPART = b"multipart/form-data"
MULTIPART_OVERHEAD = 64 * 1024  # boundaries, headers and small form fields beside the file
FILES = {
    ("PUT", "api-dataset-files"), ("POST", "datasets:file-upload"),
    ("POST", "admin:datasets_datasetfile_add"),
}  # fmt: skip
CONFIGURATIONS = {
    ("PUT", "api-train-config"), ("POST", "datasets:config-upload"),
    ("POST", "admin:datasets_trainconfig_add"),
}  # fmt: skip
# Pages that take long texts.
TEXTS = {
    ("POST", "deid:trial"), ("POST", "deid:policy"), ("POST", "deid:policy-new"),
    ("POST", "deployments:chat"),
}  # fmt: skip


def page_limit(scope: dict[str, Any]) -> Limit:
    """Of the API and the pages."""
    if not _may_be_large(scope):
        return _refusing(scope, settings.FORM_BODY_MAX_BYTES)
    wanted, is_file = _wanted(scope)
    most = wanted + MULTIPART_OVERHEAD if is_file else wanted
    if most > settings.FORM_BODY_MAX_BYTES and _is_nobody(scope):
        return Limit(settings.FORM_BODY_MAX_BYTES, 401, partial(_said, scope, _log_in))
    return _refusing(scope, most, shown=wanted, is_file=is_file)


def chat_limit(scope: dict[str, Any]) -> Limit:
    """Of the door, whose refusals have OpenAI's shape."""
    nobody = _is_nobody(scope)
    most = settings.FORM_BODY_MAX_BYTES if nobody else settings.INFERENCE_BODY_MAX_BYTES

    def answer() -> bytes:
        with translation.override(language_of(scope)):
            return (no_token() if nobody else chat_too_large(most)).body()

    return Limit(most, 401 if nobody else 413, answer)


def _may_be_large(scope: dict[str, Any]) -> bool:
    """Whether it says so, or does not say: most requests need not be looked at closely."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    told = b"transfer-encoding" not in headers and length.isdigit()
    return not told or int(length) > settings.FORM_BODY_MAX_BYTES


def _wanted(scope: dict[str, Any]) -> tuple[int, bool]:
    """The most that its route takes, and whether that is a file's size."""
    path = scope["path"]
    try:
        route = (scope["method"], resolve(path).view_name)
    except Resolver404:
        return settings.FORM_BODY_MAX_BYTES, False
    kind = dict(scope["headers"]).get(b"content-type", b"").lower()
    if kind.startswith(MULTIPART):
        if route in FILES:
            return settings.UPLOAD_MAX_BYTES, True
        if route in CONFIGURATIONS:
            return settings.TRAIN_CONFIG_MAX_BYTES, True
        return settings.FORM_BODY_MAX_BYTES, False
    if path.startswith("/api/") or route in TEXTS:
        return settings.JSON_BODY_MAX_BYTES, False
    return settings.FORM_BODY_MAX_BYTES, False


def _is_nobody(scope: dict[str, Any]) -> bool:
    """Whether it brings nothing by which anybody could be known. Whose it is, others ask."""
    if settings.PLATFORM_AUTH == "open":
        return False
    return not any(
        name == b"authorization" or (name == b"cookie" and _has_session(value))
        for name, value in scope["headers"]
    )


def _has_session(cookies: bytes) -> bool:
    return settings.SESSION_COOKIE_NAME in parse_cookie(cookies.decode("latin-1"))


def _refusing(
    scope: dict[str, Any], most: int, *, shown: int | None = None, is_file: bool = False
) -> Limit:
    def text() -> str:
        limit = most if shown is None else shown
        if is_file:
            return too_large(limit).message
        return _("The request is too large: at most %(limit)s MiB") % {"limit": limit // 1024**2}

    return Limit(most, 413, partial(_said, scope, text))


def _log_in() -> str:
    return _("Nobody is known by this request: log in, or send an API token")


def _said(scope: dict[str, Any], text: Callable[[], str]) -> bytes:
    with translation.override(language_of(scope)):
        return detail(text())
