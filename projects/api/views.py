"""REST endpoints of projects and runs: parse, call a service or selector, answer."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.accounts.actor import actor_of
from core.accounts.api.serializers import SharedSerializer, SharingSerializer
from core.accounts.api.views import share
from core.api.log_range import log_response
from core.api.pages import PAGE_PARAMETERS, paged
from core.api.schema import errors
from core.api.validation import optional_json, validated
from projects import selectors, services
from projects.api.run_rows import run_rows_json
from projects.api.serializers import (
    DataGateSerializer,
    MetricsSerializer,
    ProjectCreateSerializer,
    ProjectDetailSerializer,
    ProjectSerializer,
    RunDetailSerializer,
    RunStartSerializer,
    RunSummarySerializer,
)
from projects.configs import services as config_services
from projects.models import Project, Run
from projects.runs import selectors as run_selectors
from projects.runs import services as run_services
from projects.runs.paths import run_folder
from projects.runs.selectors import run_metrics
from projects.runs.services import run_start_with

CREATE_EXAMPLE = OpenApiExample(
    "Create",
    value={"name": "demo", "dataset_name": "dataset.jsonl", "training_yaml_name": "config.yaml"},
    request_only=True,
)


def find_project(request: Request, reference: str) -> Project:
    """A project that the caller sees. Raises NotFound."""
    return selectors.project_get(actor_of(request), reference)


def find_run(request: Request, reference: str, run_id: str) -> Run:
    return run_selectors.run_get(find_project(request, reference), run_id)


class ProjectsView(APIView):
    scope = "train"

    @extend_schema(operation_id="projects_list", responses={200: ProjectSerializer(many=True)})
    def get(self, request: Request) -> Response:
        """All projects, newest first."""
        return Response(selectors.project_documents(actor_of(request)))

    @extend_schema(
        operation_id="projects_create",
        request=ProjectCreateSerializer,
        responses={201: ProjectDetailSerializer, **errors(400, 403, 409, 422)},
        examples=[CREATE_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Create a project; its dataset and configuration are looked for when a run starts."""
        project = services.project_create(
            actor=actor_of(request), **validated(ProjectCreateSerializer(data=request.data))
        )
        return Response(ProjectDetailSerializer(project).data, status=201)


class ProjectView(APIView):
    scope = "train"

    @extend_schema(
        operation_id="projects_get", responses={200: ProjectDetailSerializer, **errors(404)}
    )
    def get(self, request: Request, reference: str) -> Response:
        """One project, by id or name, with its runs."""
        return Response(ProjectDetailSerializer(find_project(request, reference)).data)


class ProjectSharingView(APIView):
    scope = "train"

    @extend_schema(
        operation_id="projects_share",
        request=SharingSerializer,
        responses={200: SharedSerializer, **errors(400, 404, 422)},
    )
    def put(self, request: Request, reference: str) -> Response:
        """Say who sees the project and its runs: its owner, a team, or everyone."""
        return share(request, find_project(request, reference))


class ProjectGateView(APIView):
    scope = "train"

    @extend_schema(
        operation_id="projects_data_gate",
        request=DataGateSerializer,
        responses={200: DataGateSerializer, **errors(400, 403, 404, 422)},
    )
    def put(self, request: Request, reference: str) -> Response:
        """Say what happens before training on data that may hold personal data."""
        project = find_project(request, reference)
        chosen = validated(DataGateSerializer(data=request.data))["gate"]
        config_services.gate_set(actor=actor_of(request), project=project, gate=chosen)
        return Response({"gate": project.data_gate})


class RunsView(APIView):
    scope = "train"
    limit = "start"

    @extend_schema(
        operation_id="runs_list",
        parameters=PAGE_PARAMETERS,
        responses={200: RunSummarySerializer(many=True), **errors(400, 404)},
    )
    def get(self, request: Request, reference: str) -> Response:
        """The runs of a project, newest first."""
        runs = run_selectors.run_list(find_project(request, reference))
        return paged(request, runs, run_rows_json)

    @extend_schema(
        operation_id="runs_create",
        request=RunStartSerializer,
        responses={201: RunDetailSerializer, **errors(400, 403, 404, 409, 422, 429, 507)},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Start a training run; without a body, as the project's files say."""
        asked = validated(RunStartSerializer(data=optional_json(request)))
        run = run_start_with(
            actor=actor_of(request), project=find_project(request, reference), **asked
        )
        return Response(RunDetailSerializer(run).data, status=201)


class RunView(APIView):
    scope = "train"

    @extend_schema(operation_id="runs_get", responses={200: RunDetailSerializer, **errors(404)})
    def get(self, request: Request, reference: str, run_id: str) -> Response:
        """One run with the last lines of its log."""
        return Response(RunDetailSerializer(find_run(request, reference, run_id)).data)


class RunStopView(APIView):
    scope = "train"

    @extend_schema(
        operation_id="runs_stop",
        request=None,
        responses={200: RunDetailSerializer, **errors(403, 404, 409)},
    )
    def post(self, request: Request, reference: str, run_id: str) -> Response:
        """Stop a run: politely first, then its whole process tree."""
        run = run_services.run_stop(
            actor=actor_of(request), run=find_run(request, reference, run_id)
        )
        return Response(RunDetailSerializer(run).data)


class RunLogView(APIView):
    scope = "train"

    @extend_schema(
        operation_id="runs_log",
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
    def get(self, request: Request, reference: str, run_id: str) -> HttpResponseBase:
        """The log as plain text: script output and the platform's own lines."""
        return log_response(request, run_folder(find_run(request, reference, run_id)))


class RunMetricsView(APIView):
    scope = "train"

    @extend_schema(operation_id="runs_metrics", responses={200: MetricsSerializer, **errors(404)})
    def get(self, request: Request, reference: str, run_id: str) -> Response:
        """The metrics lines of the log, at most 2,000 of them, for charts."""
        return Response(run_metrics(find_run(request, reference, run_id)))
