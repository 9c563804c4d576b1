"""Serializer fields that are as strict about types as the contract's 422 promises."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class TextField(serializers.CharField):
    """A string; numbers are not turned into one, NUL and lone surrogates are refused."""

    default_error_messages = {
        "string_type": _("Must be a string."),
        "encoding": _("Must be text that can be stored as UTF-8."),
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("string_type")
        try:
            data.encode("utf-8")
        except UnicodeEncodeError:
            self.fail("encoding")
        return str(super().to_internal_value(data))


class JSONObjectField(serializers.JSONField):
    """A JSON object of at most `max_bytes` bytes, kept as it came."""

    default_error_messages = {
        "object_type": _("Must be an object."),
        "object_size": _("Must be at most {limit} bytes of JSON."),
    }

    def __init__(self, *, max_bytes: int = 256 * 1024, **kwargs: Any) -> None:
        self.max_bytes = max_bytes
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("object_type")
        if len(json.dumps(data)) > self.max_bytes:
            self.fail("object_size", limit=self.max_bytes)
        if "\\u0000" in json.dumps(data) or _has_surrogate(data):
            self.fail("invalid")
        return dict(data)


def _has_surrogate(data: Any) -> bool:
    try:
        json.dumps(data, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


class UTCDateTimeField(serializers.DateTimeField):
    """ISO 8601 in UTC ending in `Z`, whatever time zone pages show."""

    def __init__(self, **kwargs: Any) -> None:
        from datetime import UTC

        super().__init__(default_timezone=UTC, **kwargs)
