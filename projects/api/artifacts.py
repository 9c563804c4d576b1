"""REST endpoints of what a run leaves: its files, and what it measured of itself."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.schema import errors
from core.errors import NotFound
from core.files.streaming import attachment
from core.files.tar_stream import tar_response
from projects.api.serializers import ArtifactSerializer, EvaluationSerializer
from projects.api.views import find_run
from projects.runs import selectors as run_selectors


class RunArtifactsView(APIView):
    scope = "train"

    @extend_schema(
        operation_id="runs_artifacts", responses={200: ArtifactSerializer(many=True), **errors(404)}
    )
    def get(self, request: Request, reference: str, run_id: str) -> Response:
        """The run's files with size and SHA-256, results first."""
        files = run_selectors.artifact_list(find_run(request, reference, run_id))
        return Response(ArtifactSerializer(files, many=True).data)


class RunArtifactView(APIView):
    scope = "train"

    @extend_schema(
        operation_id="runs_artifact",
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (200, "application/x-tar"): OpenApiTypes.BINARY,
            **errors(404),
        },
    )
    def get(self, request: Request, reference: str, run_id: str, name: str) -> HttpResponseBase:
        """One file; or a folder, as a tar archive."""
        run = find_run(request, reference, run_id)
        path = run_selectors.artifact_path(run, name)
        if path.is_dir():
            files = run_selectors.folder_files(run, name)
            return tar_response(files, name=f"run-{str(run.id)[:8]}-{path.name}.tar")
        file, size = run_selectors.artifact_open(run, name)
        return attachment(file, size=size, name=path.name)


class RunEvaluationView(APIView):
    scope = "train"

    @extend_schema(
        operation_id="runs_evaluation", responses={200: EvaluationSerializer, **errors(404)}
    )
    def get(self, request: Request, reference: str, run_id: str) -> Response:
        """Held-out loss and perplexity, and answers of base and trained model side by side."""
        found = run_selectors.evaluation_of(find_run(request, reference, run_id))
        if found is None:
            raise NotFound(_("The run has no evaluation"))
        return Response(found)
