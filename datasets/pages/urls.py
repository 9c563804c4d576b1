"""Routes of the dataset pages."""

from __future__ import annotations

from django.urls import path

from datasets.pages import events, jobs, reviews, views

app_name = "datasets"
urlpatterns = [
    path("", views.dataset_list, name="list"),
    path("new/", views.dataset_new, name="new"),
    path("files/<uuid:upload_id>/delete/", views.file_delete, name="file-delete"),
    path("files/<uuid:upload_id>/download/", views.file_download, name="file-download"),
    path("files/<uuid:upload_id>/jobs/", jobs.job_start, name="job-start"),
    path("files/<uuid:upload_id>/reviews/", reviews.review_start, name="review-start"),
    path("reviews/<uuid:review_id>/", reviews.review_detail, name="review"),
    path("jobs/<uuid:job_id>/", jobs.job_detail, name="job"),
    path("jobs/<uuid:job_id>/events", events.job_events, name="job-events"),
    path("jobs/<uuid:job_id>/compare/", jobs.job_compare, name="job-compare"),
    path("jobs/<uuid:job_id>/stop/", jobs.job_stop, name="job-stop"),
    path("jobs/<uuid:job_id>/resume/", jobs.job_resume, name="job-resume"),
    path("<uuid:dataset_id>/", views.dataset_detail, name="detail"),
    path("<uuid:dataset_id>/events", events.dataset_events, name="events"),
    path("<uuid:dataset_id>/delete/", views.dataset_delete, name="delete"),
    path("<uuid:dataset_id>/sharing/", views.dataset_sharing, name="sharing"),
    path("<uuid:dataset_id>/files/", views.file_upload, name="file-upload"),
    path("<uuid:dataset_id>/train-config/", views.config_upload, name="config-upload"),
    path("<uuid:dataset_id>/train-config/delete/", views.config_delete, name="config-delete"),
]
