"""REST endpoints about training configurations: the schema, a check, a run's own."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.schema import errors
from core.api.validation import validated
from projects.api.serializers import (
    ConfigKeySerializer,
    ConfigReportSerializer,
    ConfigTextSerializer,
    RunConfigSerializer,
)
from projects.api.views import find_run
from projects.configs import selectors as config_selectors
from projects.runs import selectors as run_selectors


class SchemaView(APIView):
    scope = "train"

    @extend_schema(operation_id="training_schema", responses={200: ConfigKeySerializer(many=True)})
    def get(self, request: Request) -> Response:
        """Every key of a training configuration: type, default, range, a line of explanation."""
        return Response(ConfigKeySerializer(config_selectors.config_schema(), many=True).data)


class CheckView(APIView):
    scope = "train"

    @extend_schema(
        operation_id="training_check",
        request=ConfigTextSerializer,
        responses={200: ConfigReportSerializer, **errors(422)},
    )
    def post(self, request: Request) -> Response:
        """What is wrong with a configuration, and in which line; nothing is stored."""
        text = validated(ConfigTextSerializer(data=request.data))["config"]
        return Response(config_selectors.config_check(text.encode(), "config"))


class RunConfigView(APIView):
    scope = "train"

    @extend_schema(
        operation_id="runs_config", responses={200: RunConfigSerializer, **errors(400, 404)}
    )
    def get(self, request: Request, reference: str, run_id: str) -> Response:
        """The configuration that the run was made with, as text and by key."""
        run = find_run(request, reference, run_id)
        found = {
            "name": run_selectors.config_name(run),
            "text": run_selectors.config_bytes(run).decode("utf-8", "replace"),
            "values": run_selectors.flattened(run),
        }
        return Response(RunConfigSerializer(found).data)
