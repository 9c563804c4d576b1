"""The errors that services raise for people; the API and the pages map them in one place."""

from __future__ import annotations

from django.utils.functional import Promise


class PlatformError(Exception):
    """A refusal with a message for people.

    `field` names the input at fault where there is one; `status` is the HTTP status.
    """

    status = 400

    def __init__(self, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(message)
        self._message = message
        self.field = field

    @property
    def message(self) -> str:
        """The text, localised when it is read."""
        return str(self._message)

    def __str__(self) -> str:
        return self.message


class Invalid(PlatformError):
    """The input breaks a rule."""


class NotFound(PlatformError):
    """There is no such object (or the caller may not see it)."""

    status = 404


class Conflict(PlatformError):
    """The current state does not allow it."""

    status = 409


class TooLarge(PlatformError):
    """The input is over a size limit."""

    status = 413


class Unavailable(PlatformError):
    """Something that is needed is not there now (an engine, a port)."""

    status = 503


class StorageFull(PlatformError):
    """The disk has no room (RFC 4918, 507 Insufficient Storage)."""

    status = 507


class Forbidden(PlatformError):
    """The caller may see it but not do this."""

    status = 403


class TooMany(PlatformError):
    """A rate limit is used up; `wait` is the time until the next try, in seconds."""

    status = 429

    def __init__(self, message: str | Promise, *, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait
