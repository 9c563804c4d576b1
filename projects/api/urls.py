"""Routes under /api; no trailing slashes."""

from __future__ import annotations

from django.urls import path

from projects.api import events, views

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
]
