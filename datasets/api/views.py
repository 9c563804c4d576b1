"""REST endpoints of datasets: parse, call a service or selector, answer."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.accounts.actor import actor_of
from core.accounts.api.serializers import SharedSerializer, SharingSerializer
from core.accounts.api.views import share
from core.api.parsers import BoundedJSONParser
from core.api.schema import errors
from core.api.validation import validated
from datasets import selectors, services
from datasets.api.serializers import (
    DatasetCreatedSerializer,
    DatasetCreateSerializer,
    DatasetSerializer,
    FileUploadSerializer,
    TrainConfigDeletedSerializer,
    TrainConfigOfDatasetSerializer,
    UploadAbortedSerializer,
    UploadSerializer,
)
from datasets.models import Dataset

CREATE_EXAMPLE = OpenApiExample(
    "Create", value={"name": "demo-dataset", "type": "jsonl"}, request_only=True
)


def uploaded_file(request: Request) -> UploadedFile[Any]:
    """The form's `file`; ValidationError (422) where there is none."""
    file: UploadedFile[Any] = validated(FileUploadSerializer(data=request.data))["file"]
    return file


def find_dataset(request: Request, dataset_id: str) -> Dataset:
    """A dataset that the caller sees. Raises NotFound."""
    return selectors.dataset_get(actor_of(request), dataset_id)


class DatasetsView(APIView):
    scope = "datasets"

    @extend_schema(
        operation_id="datasets_create",
        request=DatasetCreateSerializer,
        responses={201: DatasetCreatedSerializer, **errors(403, 422)},
        examples=[CREATE_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Create a dataset."""
        dataset = services.dataset_create(
            actor=actor_of(request), **validated(DatasetCreateSerializer(data=request.data))
        )
        return Response(DatasetCreatedSerializer(dataset).data, status=201)


class DatasetView(APIView):
    scope = "datasets"

    @extend_schema(operation_id="datasets_get", responses={200: DatasetSerializer, **errors(404)})
    def get(self, request: Request, dataset_id: str) -> Response:
        """One dataset with its files and training configuration."""
        return Response(DatasetSerializer(find_dataset(request, dataset_id)).data)


class DatasetSharingView(APIView):
    scope = "datasets"

    @extend_schema(
        operation_id="datasets_share",
        request=SharingSerializer,
        responses={200: SharedSerializer, **errors(400, 404, 422)},
    )
    def put(self, request: Request, dataset_id: str) -> Response:
        """Say who sees the dataset: its owner, a team, or everyone."""
        return share(request, find_dataset(request, dataset_id))


class DatasetFilesView(APIView):
    scope = "datasets"
    limit = "upload"
    parser_classes = [MultiPartParser, BoundedJSONParser]

    @extend_schema(
        operation_id="datasets_upload_file",
        request={"multipart/form-data": FileUploadSerializer},
        responses={200: UploadSerializer, **errors(400, 404, 413, 422, 429, 507)},
    )
    def put(self, request: Request, dataset_id: str) -> Response:
        """Upload a file of at most 100 MiB."""
        dataset = find_dataset(request, dataset_id)
        file = services.file_attach(
            actor=actor_of(request), dataset=dataset, upload=uploaded_file(request)
        )
        return Response(UploadSerializer(file).data)


class UploadView(APIView):
    scope = "datasets"

    @extend_schema(
        operation_id="datasets_delete_upload",
        responses={200: UploadAbortedSerializer, **errors(403, 404, 409)},
    )
    def delete(self, request: Request, upload_id: str) -> Response:
        """Take back an upload: its file and its record."""
        kept = services.upload_abort(actor=actor_of(request), upload_id=upload_id)
        answer: dict[str, Any] = {"upload_id": upload_id, "status": "aborted"}
        if kept:
            answer["kept"] = [one.as_json() for one in kept]
        return Response(answer)


class TrainConfigView(APIView):
    scope = "datasets"
    limit = "upload"
    parser_classes = [MultiPartParser, BoundedJSONParser]

    @extend_schema(
        operation_id="train_config_put",
        request={"multipart/form-data": FileUploadSerializer},
        responses={
            200: TrainConfigOfDatasetSerializer,
            **errors(400, 404, 413, 422, 429, 507),
        },
    )
    def put(self, request: Request, dataset_id: str) -> Response:
        """Upload the YAML training configuration (at most 5 MiB)."""
        dataset = find_dataset(request, dataset_id)
        config = services.train_config_put(
            actor=actor_of(request), dataset=dataset, upload=uploaded_file(request)
        )
        return _of_dataset(dataset_id, config)

    @extend_schema(
        operation_id="train_config_get",
        responses={200: TrainConfigOfDatasetSerializer, **errors(404)},
    )
    def get(self, request: Request, dataset_id: str) -> Response:
        """What is known of the training configuration; 404 where none was uploaded."""
        config = selectors.train_config_get(find_dataset(request, dataset_id))
        return _of_dataset(dataset_id, config)

    @extend_schema(
        operation_id="train_config_delete",
        responses={200: TrainConfigDeletedSerializer, **errors(403, 404)},
    )
    def delete(self, request: Request, dataset_id: str) -> Response:
        """Delete the training configuration."""
        services.train_config_delete(
            actor=actor_of(request), dataset=find_dataset(request, dataset_id)
        )
        return Response({"dataset_id": dataset_id, "status": "train_config_deleted"})


def _of_dataset(dataset_id: str, config: object) -> Response:
    answer = {"dataset_id": dataset_id, "train_config": config}
    return Response(TrainConfigOfDatasetSerializer(answer).data)
