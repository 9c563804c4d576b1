"""Refusals in OpenAI's shape, with the platform's `detail` beside it."""

from __future__ import annotations

import json

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
