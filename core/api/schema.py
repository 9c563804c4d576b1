"""OpenAPI: what every endpoint shares (its errors and their shape)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema_field
from rest_framework import serializers


class ErrorSerializer(serializers.Serializer[Any]):
    """`{"detail": "…"}` in the caller's language."""

    detail = serializers.CharField()


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}]})
class LocationField(serializers.Field[Any, Any, Any, Any]):
    """A key of an object, or an index of a list."""


class FieldErrorSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    loc = serializers.ListField(child=LocationField())
    msg = serializers.CharField()


class ValidationErrorSerializer(serializers.Serializer[Any]):
    """`{"detail": [{"type", "loc", "msg"}]}`: one entry a field that does not fit."""

    detail = FieldErrorSerializer(many=True)


REASONS = {
    400: "A rule is broken; `detail` says which.",
    401: "Nobody is logged in, or the API token is unknown or has expired.",
    403: "Your role, your token's scopes or your relation to the object does not allow it.",
    404: "There is no such object.",
    409: "The current state does not allow it.",
    413: "The body or file is over its limit.",
    415: "The body's type is not one that this endpoint takes.",
    416: "The range is outside the log.",
    429: "The rate limit is used up; `Retry-After` says when to try again.",
    503: "Something needed is not there now.",
    507: "The disk is full; nothing was stored.",
}


def errors(*statuses: int) -> dict[int, OpenApiResponse]:
    """Responses of an operation for these error statuses, and for those of every operation."""
    documented: dict[int, OpenApiResponse] = {}
    for status in sorted({401, 403, *statuses}):
        if status == 422:
            example = {"detail": [{"type": "missing", "loc": ["body", "name"], "msg": "…"}]}
            documented[status] = OpenApiResponse(
                ValidationErrorSerializer,
                "The body does not fit; one entry a field.",
                examples=[OpenApiExample("A missing field", value=example)],
            )
        else:
            documented[status] = OpenApiResponse(
                ErrorSerializer,
                REASONS[status],
                examples=[OpenApiExample("Refusal", value={"detail": REASONS[status]})],
            )
    return documented


class PlatformSchema(AutoSchema):
    """Puts operations under the name of their domain."""

    def get_tags(self) -> list[str]:
        return [str(self.view.__module__).split(".")[0]]
