"""Routes under /api/v1; no trailing slashes."""

from __future__ import annotations

from django.urls import path

from datasets.api import jobs, views

urlpatterns = [
    path("datasets", views.DatasetsView.as_view(), name="api-datasets"),
    path("datasets/uploads/<str:upload_id>", views.UploadView.as_view(), name="api-upload"),
    path("datasets/uploads/<str:upload_id>/scan", jobs.ScanView.as_view(), name="api-upload-scan"),
    path(
        "datasets/uploads/<str:upload_id>/deidentify",
        jobs.DeidentifyView.as_view(),
        name="api-upload-deidentify",
    ),
    path("datasets/jobs/<str:job_id>", jobs.JobView.as_view(), name="api-file-job"),
    path("datasets/jobs/<str:job_id>/stop", jobs.JobStopView.as_view(), name="api-file-job-stop"),
    path(
        "datasets/jobs/<str:job_id>/resume",
        jobs.JobResumeView.as_view(),
        name="api-file-job-resume",
    ),
    path("datasets/<str:dataset_id>/jobs", jobs.JobsView.as_view(), name="api-dataset-jobs"),
    path("datasets/<str:dataset_id>", views.DatasetView.as_view(), name="api-dataset"),
    path(
        "datasets/<str:dataset_id>/sharing",
        views.DatasetSharingView.as_view(),
        name="api-dataset-sharing",
    ),
    path(
        "datasets/<str:dataset_id>/files",
        views.DatasetFilesView.as_view(),
        name="api-dataset-files",
    ),
    path(
        "datasets/<str:dataset_id>/train-config",
        views.TrainConfigView.as_view(),
        name="api-train-config",
    ),
]
