"""REST endpoints of deployments: parse, call a service or selector, answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.accounts.actor import actor_of
from core.accounts.api.serializers import SharedSerializer, SharingSerializer
from core.accounts.api.views import share
from core.api.log_range import log_response
from core.api.schema import errors
from core.api.validation import validated
from core.errors import Invalid
from deployments import adapters, selectors, services
from deployments.api.serializers import (
    AdapterCreateSerializer,
    AdapterSerializer,
    DeploymentCreateSerializer,
    DeploymentSerializer,
    RemovedSerializer,
    SampleSerializer,
)
from deployments.choices import DeploymentStatus
from deployments.models import Deployment
from deployments.run.paths import run_folder

CREATE_EXAMPLE = OpenApiExample(
    "Launch", value={"model_path": "./models/chatglm", "preferred_gpu": 0}, request_only=True
)
FORCE = OpenApiParameter("force", bool, description="Kill its whole process tree (SIGKILL)")


def find_deployment(request: Request, deployment_id: str) -> Deployment:
    """One that the caller sees. Raises NotFound."""
    return selectors.deployment_get(actor_of(request), deployment_id)


def launch_of(values: dict[str, Any]) -> services.Launch:
    """What was asked for, with null and missing as one."""
    given = {name: value for name, value in values.items() if value is not None}
    given["adapters"] = [adapters.NewAdapter(**one) for one in given.get("adapters", [])]
    return services.Launch(**{"health_path": settings.DEPLOY_HEALTH_PATH, **given})


def force_of(request: Request) -> bool:
    raw = request.query_params.get("force", "false").lower()
    if raw not in ("true", "false", "1", "0", "yes", "no", "on", "off"):
        raise Invalid(_("Must be true or false"), field="force")
    return raw in ("true", "1", "yes", "on")


class DeploymentsView(APIView):
    scope = "deploy"
    limit = "start"

    @extend_schema(
        operation_id="deployments_list",
        parameters=[
            OpenApiParameter("model", str, description="Part of model_path"),
            OpenApiParameter("tag", str, description="One tag, exactly"),
            OpenApiParameter(
                "status", str, enum=DeploymentStatus.values, description="In any case"
            ),
        ],
        responses={200: DeploymentSerializer(many=True), **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Deployments, newest first, each asked for its health now."""
        filters = {
            name: request.query_params.get(name, "").replace("\0", "")
            for name in ("model", "tag", "status")
        }
        rows = selectors.deployment_list_fresh(actor_of(request), **filters)
        return Response(DeploymentSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="deployments_create",
        request=DeploymentCreateSerializer,
        responses={201: DeploymentSerializer, **errors(400, 403, 422, 429, 503, 507)},
        examples=[CREATE_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Launch a model: leases a GPU and a port, then starts the engine in the background."""
        values = validated(DeploymentCreateSerializer(data=request.data))
        deployment = services.deployment_launch(actor=actor_of(request), launch=launch_of(values))
        return Response(DeploymentSerializer(deployment).data, status=201)


class DeploymentView(APIView):
    scope = "deploy"

    @extend_schema(
        operation_id="deployments_get", responses={200: DeploymentSerializer, **errors(404)}
    )
    def get(self, request: Request, deployment_id: str) -> Response:
        """One deployment, asked for its health now."""
        deployment = selectors.deployment_get_fresh(actor_of(request), deployment_id)
        return Response(DeploymentSerializer(deployment).data)

    @extend_schema(
        operation_id="deployments_delete",
        parameters=[FORCE],
        responses={200: RemovedSerializer, **errors(400, 403, 404, 409)},
    )
    def delete(self, request: Request, deployment_id: str) -> Response:
        """Stop and remove it; 409 if the engine outlives the time-out and is not forced."""
        force = force_of(request)
        deployment = find_deployment(request, deployment_id)
        identifier = deployment.id
        services.deployment_remove(actor=actor_of(request), deployment=deployment, force=force)
        return Response({"detail": "deployment removed", "deployment_id": str(identifier)})


class DeploymentStopView(APIView):
    scope = "deploy"

    @extend_schema(
        operation_id="deployments_stop",
        request=None,
        parameters=[FORCE],
        responses={200: DeploymentSerializer, **errors(400, 403, 404)},
    )
    def post(self, request: Request, deployment_id: str) -> Response:
        """Stop it and keep it in the list."""
        deployment = services.deployment_stop(
            actor=actor_of(request),
            deployment=find_deployment(request, deployment_id),
            force=force_of(request),
        )
        return Response(DeploymentSerializer(deployment).data)


class DeploymentRestartView(APIView):
    scope = "deploy"
    limit = "start"

    @extend_schema(
        operation_id="deployments_restart",
        request=None,
        responses={200: DeploymentSerializer, **errors(400, 403, 404, 409, 429, 503, 507)},
    )
    def post(self, request: Request, deployment_id: str) -> Response:
        """Start it again, stopping it first where it runs."""
        deployment = services.deployment_restart(
            actor=actor_of(request), deployment=find_deployment(request, deployment_id)
        )
        return Response(DeploymentSerializer(deployment).data)


class DeploymentSharingView(APIView):
    scope = "deploy"

    @extend_schema(
        operation_id="deployments_share",
        request=SharingSerializer,
        responses={200: SharedSerializer, **errors(400, 404, 422)},
    )
    def put(self, request: Request, deployment_id: str) -> Response:
        """Say who sees it and may send it requests."""
        return share(request, find_deployment(request, deployment_id))


class AdaptersView(APIView):
    scope = "deploy"

    @extend_schema(
        operation_id="adapters_list",
        responses={200: AdapterSerializer(many=True), **errors(404)},
    )
    def get(self, request: Request, deployment_id: str) -> Response:
        """The LoRA adapters of a deployment."""
        rows = find_deployment(request, deployment_id).adapters.all()
        return Response(AdapterSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="adapters_attach",
        request=AdapterCreateSerializer,
        responses={201: AdapterSerializer, **errors(400, 403, 404, 409, 422)},
    )
    def post(self, request: Request, deployment_id: str) -> Response:
        """Attach an adapter to an engine that was started with LoRA."""
        deployment = find_deployment(request, deployment_id)
        values = validated(AdapterCreateSerializer(data=request.data))
        adapter = adapters.adapter_attach(actor=actor_of(request), deployment=deployment, **values)
        return Response(AdapterSerializer(adapter).data, status=201)


class AdapterView(APIView):
    scope = "deploy"

    @extend_schema(
        operation_id="adapters_detach",
        responses={200: RemovedSerializer, **errors(403, 404)},
    )
    def delete(self, request: Request, deployment_id: str, name: str) -> Response:
        """Detach an adapter."""
        deployment = find_deployment(request, deployment_id)
        adapters.adapter_detach(actor=actor_of(request), deployment=deployment, name=name)
        return Response({"detail": "adapter detached", "deployment_id": str(deployment.id)})


class DeploymentLogView(APIView):
    scope = "deploy"

    @extend_schema(
        operation_id="deployments_log",
        parameters=[
            OpenApiParameter("tail", int, description="Only the last so many lines, of 64 MiB"),
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="bytes=FROM-TO"),
        ],
        responses={
            (200, "text/plain"): OpenApiTypes.STR,
            (206, "text/plain"): OpenApiResponse(OpenApiTypes.STR, "The range asked for"),
            **errors(400, 404, 416),
        },
    )
    def get(self, request: Request, deployment_id: str) -> HttpResponseBase:
        """The log as plain text: the engine's output and the platform's own lines."""
        return log_response(request, run_folder(find_deployment(request, deployment_id)))


class DeploymentMetricsView(APIView):
    scope = "deploy"

    @extend_schema(
        operation_id="deployments_metrics",
        parameters=[OpenApiParameter("since", float, description="Unix seconds")],
        responses={200: SampleSerializer(many=True), **errors(400, 404)},
    )
    def get(self, request: Request, deployment_id: str) -> Response:
        """The engine's own figures of the last two hours, for charts."""
        deployment = find_deployment(request, deployment_id)
        return Response(selectors.deployment_samples(deployment, _since(request)))


def _since(request: Request) -> datetime | None:
    raw = request.query_params.get("since")
    if raw is None:
        return None
    try:
        return datetime.fromtimestamp(float(raw), tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Invalid(_("since must be a time in Unix seconds"), field="since") from error
