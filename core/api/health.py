"""`GET /healthz`: the server answers, and what time it has."""

from __future__ import annotations

import json
import time
from typing import Any

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.schema import errors
from core.asgi.request_guard import Receive, Send


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


PLAIN = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


async def healthz_now(scope: Any, receive: Receive, send: Send) -> None:
    """`GET /healthz` by the event loop itself: also while every thread is busy."""
    names = [value for name, value in scope["headers"] if name == b"host"]
    domain = split_domain_port(names[0].decode("latin-1"))[0] if len(names) == 1 else ""
    known = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
    answer = {"status": "ok", "time": time.time()} if known else {"detail": "Unknown host name"}
    body = json.dumps(answer, separators=(",", ":")).encode()
    headers = [*PLAIN, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200 if known else 400, "headers": headers})
    await send({"type": "http.response.body", "body": body})
