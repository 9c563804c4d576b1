"""REST endpoints that make runs from runs, order them and lay them side by side."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.accounts.actor import actor_of
from core.api.schema import errors
from core.api.validation import validated
from projects.api.serializers import (
    CompareSerializer,
    PrioritySerializer,
    QueueSerializer,
    RunDetailSerializer,
    RunResumeSerializer,
    RunStartSerializer,
)
from projects.api.views import find_run
from projects.runs import selectors as run_selectors
from projects.runs import services as run_services

MADE: dict[int, Any] = {
    201: RunDetailSerializer,
    **errors(400, 403, 404, 409, 422, 429, 507),
}


class RunRepeatView(APIView):
    scope = "train"
    limit = "start"

    @extend_schema(operation_id="runs_repeat", request=RunStartSerializer, responses=MADE)
    def post(self, request: Request, reference: str, run_id: str) -> Response:
        """Train again with changes; the new run names this one as its parent."""
        asked = validated(RunStartSerializer(data=request.data))
        run = run_services.run_repeat(
            actor=actor_of(request), run=find_run(request, reference, run_id), **asked
        )
        return Response(RunDetailSerializer(run).data, status=201)


class RunResumeView(APIView):
    scope = "train"
    limit = "start"

    @extend_schema(operation_id="runs_resume", request=RunResumeSerializer, responses=MADE)
    def post(self, request: Request, reference: str, run_id: str) -> Response:
        """Go on from a checkpoint of a run that has ended, on the same data."""
        asked = validated(RunResumeSerializer(data=request.data))
        run = run_services.run_resume(
            actor=actor_of(request), run=find_run(request, reference, run_id), **asked
        )
        return Response(RunDetailSerializer(run).data, status=201)


class RunMergeView(APIView):
    scope = "train"
    limit = "start"

    @extend_schema(
        operation_id="runs_merge",
        request=None,
        responses={201: RunDetailSerializer, **errors(403, 404, 409, 429, 507)},
    )
    def post(self, request: Request, reference: str, run_id: str) -> Response:
        """Merge the run's LoRA adapter into its base, as a run of its own."""
        run = run_services.run_merge(
            actor=actor_of(request), run=find_run(request, reference, run_id)
        )
        return Response(RunDetailSerializer(run).data, status=201)


class RunPriorityView(APIView):
    scope = "train"

    @extend_schema(
        operation_id="runs_priority",
        request=PrioritySerializer,
        responses={200: RunDetailSerializer, **errors(400, 403, 404, 409, 422)},
    )
    def put(self, request: Request, reference: str, run_id: str) -> Response:
        """Move a run that waits for GPUs forward or back."""
        asked = validated(PrioritySerializer(data=request.data))
        run = run_services.run_set_priority(
            actor=actor_of(request), run=find_run(request, reference, run_id), **asked
        )
        return Response(RunDetailSerializer(run).data)


class QueueView(APIView):
    scope = "train"

    @extend_schema(operation_id="runs_queue", responses={200: QueueSerializer(many=True)})
    def get(self, request: Request) -> Response:
        """Runs that wait for GPUs, the next one first, and why each waits."""
        return Response(
            QueueSerializer(run_selectors.queue_list(actor_of(request)), many=True).data
        )


class CompareView(APIView):
    scope = "train"

    @extend_schema(
        operation_id="runs_compare",
        parameters=[
            OpenApiParameter("run", str, many=True, description="Ids of up to 8 runs"),
        ],
        responses={200: CompareSerializer, **errors(400, 404)},
    )
    def get(self, request: Request) -> Response:
        """What runs differ in, and their curves."""
        runs = run_selectors.runs_chosen(actor_of(request), request.query_params.getlist("run"))
        curves = run_selectors.curves(runs)
        found = {
            "runs": runs,
            "differences": run_selectors.differences(runs),
            "last": run_selectors.last_values(curves),
            "curves": curves,
        }
        return Response(CompareSerializer(found).data)
