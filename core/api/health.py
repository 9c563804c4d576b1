"""`GET /healthz`: the server answers, and what time it has."""

from __future__ import annotations

import time
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.schema import errors


class HealthSerializer(serializers.Serializer[Any]):
    status = serializers.CharField()
    time = serializers.FloatField(help_text="Unix seconds")


@extend_schema(operation_id="healthz", responses=HealthSerializer, tags=["health"], auth=[])
@api_view(["GET"])
@authentication_classes([])
@permission_classes([])
def healthz(request: Request) -> Response:
    """Whether the service is alive."""
    return Response({"status": "ok", "time": time.time()})


@extend_schema(
    operation_id="deployments_health",
    responses={200: HealthSerializer, **errors()},
    tags=["health"],
)
@api_view(["GET"])
def internal_health(request: Request) -> Response:
    """The deployment subsystem's own probe, as the contract has it."""
    return Response({"status": "ok", "time": time.time()})
