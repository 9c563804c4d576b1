"""Routes under /api; no trailing slashes."""

from __future__ import annotations

from django.urls import path

from projects.api import artifacts, configs, events, repeats, views

RUN = "projects/<str:reference>/runs/<str:run_id>"

urlpatterns = [
    path("projects", views.ProjectsView.as_view(), name="api-projects"),
    path("projects/<str:reference>", views.ProjectView.as_view(), name="api-project"),
    path(
        "projects/<str:reference>/sharing",
        views.ProjectSharingView.as_view(),
        name="api-project-sharing",
    ),
    path(
        "projects/<str:reference>/data-gate",
        views.ProjectGateView.as_view(),
        name="api-project-gate",
    ),
    path("projects/<str:reference>/runs", views.RunsView.as_view(), name="api-runs"),
    path(RUN, views.RunView.as_view(), name="api-run"),
    path(f"{RUN}/stop", views.RunStopView.as_view(), name="api-run-stop"),
    path(f"{RUN}/log", views.RunLogView.as_view(), name="api-run-log"),
    path(f"{RUN}/metrics", views.RunMetricsView.as_view(), name="api-run-metrics"),
    path(f"{RUN}/events", events.run_events, name="api-run-events"),
    path(f"{RUN}/repeat", repeats.RunRepeatView.as_view(), name="api-run-repeat"),
    path(f"{RUN}/resume", repeats.RunResumeView.as_view(), name="api-run-resume"),
    path(f"{RUN}/merge", repeats.RunMergeView.as_view(), name="api-run-merge"),
    path(f"{RUN}/priority", repeats.RunPriorityView.as_view(), name="api-run-priority"),
    path(f"{RUN}/config", configs.RunConfigView.as_view(), name="api-run-config"),
    path(f"{RUN}/evaluation", artifacts.RunEvaluationView.as_view(), name="api-run-evaluation"),
    path(f"{RUN}/artifacts", artifacts.RunArtifactsView.as_view(), name="api-run-artifacts"),
    path(
        f"{RUN}/artifacts/<path:name>",
        artifacts.RunArtifactView.as_view(),
        name="api-run-artifact",
    ),
    path("runs/queue", repeats.QueueView.as_view(), name="api-queue"),
    path("runs/compare", repeats.CompareView.as_view(), name="api-compare"),
    path("training/schema", configs.SchemaView.as_view(), name="api-training-schema"),
    path("training/check", configs.CheckView.as_view(), name="api-training-check"),
]
