"""Routes under /api/v1; no trailing slashes."""

from __future__ import annotations

from django.urls import path

from deployments.api import events, views

ONE = "deployments/<str:deployment_id>"

urlpatterns = [
    path("deployments", views.DeploymentsView.as_view(), name="api-deployments"),
    path(ONE, views.DeploymentView.as_view(), name="api-deployment"),
    path(f"{ONE}/stop", views.DeploymentStopView.as_view(), name="api-deployment-stop"),
    path(f"{ONE}/restart", views.DeploymentRestartView.as_view(), name="api-deployment-restart"),
    path(f"{ONE}/sharing", views.DeploymentSharingView.as_view(), name="api-deployment-sharing"),
    path(f"{ONE}/adapters", views.AdaptersView.as_view(), name="api-adapters"),
    path(f"{ONE}/adapters/<str:name>", views.AdapterView.as_view(), name="api-adapter"),
    path(f"{ONE}/log", views.DeploymentLogView.as_view(), name="api-deployment-log"),
    path(f"{ONE}/metrics", views.DeploymentMetricsView.as_view(), name="api-deployment-metrics"),
    path(f"{ONE}/events", events.deployment_events, name="api-deployment-events"),
]
