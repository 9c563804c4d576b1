"""Refusals in OpenAI's shape, with the platform's `detail` beside it."""

from __future__ import annotations

import json

from django.utils.translation import gettext as _

from core.accounts.asgi_actor import Refused
from core.errors import PlatformError

TYPES = {
    401: "authentication_error", 403: "permission_error", 404: "not_found_error",
    413: "invalid_request_error", 429: "rate_limit_error", 502: "api_error", 503: "api_error",
}  # fmt: skip


class DoorError(Exception):
    """A refusal; `code` is a word that programs can rely on."""

    def __init__(
        self, status: int, message: str, *, code: str, param: str | None = None,
        retry_after: int | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.retry_after = retry_after

    def body(self) -> bytes:
        error = {
            "message": self.message,
            "type": TYPES.get(self.status, "invalid_request_error"),
            "param": self.param,
            "code": self.code,
        }
        return json.dumps({"error": error, "detail": self.message}, ensure_ascii=False).encode()


def door_error(error: DoorError | PlatformError) -> DoorError:
    """The same refusal in this shape."""
    if isinstance(error, DoorError):
        return error
    code = error.code if isinstance(error, Refused) else "unavailable"
    wait = 1 if error.status == 503 else None
    return DoorError(error.status, error.message, code=code, retry_after=wait)


def too_large(limit: int) -> DoorError:
    message = _("The body is too large: at most %(limit)s MiB") % {"limit": limit // 1024**2}
    return DoorError(413, message, code="too_large")


def no_token() -> DoorError:
    return DoorError(401, _("An API token is needed"), code="invalid_api_key")
