"""Serializers that only show: DRF makes all fields of a serializer anew for each answer.

A `Shown` serializer is declared as any other, and its schema is drawn from it; what it shows of an
object is worked out from kept getters.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from rest_framework import serializers
from rest_framework.fields import SkipField

from core.api.fields import UTCDateTimeField

Show = Callable[[Any], Any]
# Shown as they are, as the JSON writer has them.
_PLAIN = (
    serializers.IntegerField, serializers.BooleanField, serializers.FloatField,
    serializers.JSONField, serializers.UUIDField,
)  # fmt: skip
_shapes: dict[type[Any], Show] = {}


class Shown(serializers.BaseSerializer[Any]):
    """Mixed into a serializer whose data is only shown, never taken in."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        document: dict[str, Any] = shape_of(type(self))(instance)
        return document


def shape_of(serializer: type[Any]) -> Show:
    """What a serializer shows of one object: the same document that DRF would make."""
    if serializer not in _shapes:
        _shapes[serializer] = _made(serializer)
    return _shapes[serializer]


def _made(serializer: type[Any]) -> Show:
    fields = serializer().fields
    parts = [(str(name), _getter(field)) for name, field in fields.items() if not field.write_only]

    def show(obj: Any) -> dict[str, Any]:
        return {name: get(obj) for name, get in parts}

    return show


def _getter(field: Any) -> Show:
    if isinstance(field, serializers.SerializerMethodField):
        method: Show = getattr(field.parent, field.method_name)
        return method
    if isinstance(field, serializers.ListSerializer) and isinstance(field.child, Shown):
        return _many(str(field.source), shape_of(type(field.child)))
    if isinstance(field, serializers.BaseSerializer) or "." in field.source:
        return _as_drf_does(field)
    return _plain_getter(attrgetter(field.source), _shown(field))


def _plain_getter(get: Show, show: Show | None) -> Show:
    if show is None:
        return get

    def getter(obj: Any) -> Any:
        value = get(obj)
        return None if value is None else show(value)

    return getter


def _many(source: str, show: Show) -> Show:
    get = attrgetter(source)

    def many(obj: Any) -> list[Any]:
        found = get(obj)
        return [show(one) for one in (found.all() if hasattr(found, "all") else found)]

    return many


def _shown(field: Any) -> Show | None:
    """How a value is shown; None: as it is."""
    if isinstance(field, UTCDateTimeField):
        return utc
    if isinstance(field, _PLAIN):
        return None
    if isinstance(field, serializers.CharField):
        return str
    to_representation: Show = field.to_representation
    return to_representation


def _as_drf_does(field: Any) -> Show:
    def getter(obj: Any) -> Any:
        try:
            value = field.get_attribute(obj)
        except SkipField:
            return None
        return None if value is None else field.to_representation(value)

    return getter


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC ending in `Z`, as UTCDateTimeField has it."""
    text = (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat()
    return text.removesuffix("+00:00") + "Z"
