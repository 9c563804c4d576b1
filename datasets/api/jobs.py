"""REST endpoints of scans and de-identification of uploaded files."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.accounts.actor import actor_of
from core.api.schema import errors
from core.api.validation import validated
from datasets import selectors
from datasets.api.serializers import FileJobSerializer, JobCreateSerializer
from datasets.deid_jobs import selectors as job_selectors
from datasets.deid_jobs import services as job_services
from datasets.models import JobKind
from deid import selectors as deid_selectors


def start(request: Request, upload_id: str, kind: JobKind) -> Response:
    """Start a job on an upload; 202, for it goes on by itself."""
    actor = actor_of(request)
    file = selectors.file_get(actor, upload_id)
    values = validated(JobCreateSerializer(data=request.data))
    version = deid_selectors.version_for(
        actor, values.get("policy_id"), values.get("policy_version") or None
    )
    job = job_services.job_start(actor=actor, file=file, kind=kind, version=version)
    return Response(FileJobSerializer(job).data, status=202)


class ScanView(APIView):
    scope = "deid"
    limit = "start"

    @extend_schema(
        operation_id="datasets_scan",
        request=JobCreateSerializer,
        responses={202: FileJobSerializer, **errors(400, 403, 404, 409, 422, 429)},
    )
    def post(self, request: Request, upload_id: str) -> Response:
        """Scan a file for personal data: what, how much, where; the file stays as it is."""
        return start(request, upload_id, JobKind.SCAN)


class DeidentifyView(APIView):
    scope = "deid"
    limit = "start"

    @extend_schema(
        operation_id="datasets_deidentify",
        request=JobCreateSerializer,
        responses={202: FileJobSerializer, **errors(400, 403, 404, 409, 422, 429)},
    )
    def post(self, request: Request, upload_id: str) -> Response:
        """Make a de-identified copy of a file: a new file of the dataset."""
        return start(request, upload_id, JobKind.DEIDENTIFY)


class JobsView(APIView):
    scope = "deid"

    @extend_schema(
        operation_id="datasets_jobs_list",
        responses={200: FileJobSerializer(many=True), **errors(404)},
    )
    def get(self, request: Request, dataset_id: str) -> Response:
        """Jobs of a dataset's files, newest first (100 at most)."""
        dataset = selectors.dataset_get(actor_of(request), dataset_id)
        jobs = job_selectors.job_list(dataset)[:100]
        return Response(FileJobSerializer(jobs, many=True).data)


class JobView(APIView):
    scope = "deid"

    @extend_schema(
        operation_id="datasets_jobs_get", responses={200: FileJobSerializer, **errors(404)}
    )
    def get(self, request: Request, job_id: str) -> Response:
        """One job with its progress and, once it has succeeded, its report."""
        job = job_selectors.job_get(actor_of(request), job_id)
        return Response(FileJobSerializer(job).data)


class JobStopView(APIView):
    scope = "deid"

    @extend_schema(
        operation_id="datasets_jobs_stop",
        request=None,
        responses={200: FileJobSerializer, **errors(403, 404, 409)},
    )
    def post(self, request: Request, job_id: str) -> Response:
        """Stop a job; what it has done is kept, so that it can go on."""
        actor = actor_of(request)
        job = job_services.job_stop(actor=actor, job=job_selectors.job_get(actor, job_id))
        return Response(FileJobSerializer(job).data)


class JobResumeView(APIView):
    scope = "deid"

    @extend_schema(
        operation_id="datasets_jobs_resume",
        request=None,
        responses={200: FileJobSerializer, **errors(403, 404, 409)},
    )
    def post(self, request: Request, job_id: str) -> Response:
        """Let a stopped or failed job go on where it was."""
        actor = actor_of(request)
        job = job_services.job_resume(actor=actor, job=job_selectors.job_get(actor, job_id))
        return Response(FileJobSerializer(job).data)
