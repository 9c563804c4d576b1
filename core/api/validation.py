"""Validated input of the API's views."""

from __future__ import annotations

from functools import cache
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request


def validated(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """The checked values; ValidationError (422) names every field that does not fit."""
    if set(vars(serializer)["_kwargs"]) == {"data"}:  # nothing of it but what came
        return dict(_kept(type(serializer)).run_validation(serializer.initial_data))
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


@cache
def _kept(serializer: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """DRF copies all fields of each new serializer; validating leaves nothing behind in them."""
    return serializer()


def optional_json(request: Request) -> Any:
    """A JSON body; `{}` for any other, where callers of the contract may send what they like."""
    return request.data if "json" in (request.content_type or "") else {}
