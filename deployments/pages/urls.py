"""Routes of the deployment pages."""

from __future__ import annotations

from django.urls import path

from deployments.pages import chat, events, views

app_name = "deployments"
urlpatterns = [
    path("", views.deployment_list, name="list"),
    path("events", events.deployments_events, name="events"),
    path("new/", views.deployment_new, name="new"),
    path("gpus/", views.gpu_list, name="gpus"),
    path("gpus/events", events.gpus_events, name="gpus-events"),
    path("usage/", views.usage_list, name="usage"),
    path("compare/", views.compare, name="compare"),
    path("from-run/<uuid:project_id>/<uuid:run_id>/", views.from_run, name="from-run"),
    path("<uuid:deployment_id>/", views.deployment_detail, name="detail"),
    path("<uuid:deployment_id>/playground/", views.playground, name="playground"),
    path("<uuid:deployment_id>/chat/", chat.chat, name="chat"),
    path("<uuid:deployment_id>/stop/", views.deployment_stop, name="stop"),
    path("<uuid:deployment_id>/restart/", views.deployment_restart, name="restart"),
    path("<uuid:deployment_id>/delete/", views.deployment_delete, name="delete"),
    path("<uuid:deployment_id>/sharing/", views.deployment_sharing, name="sharing"),
    path("<uuid:deployment_id>/adapters/", views.adapter_attach, name="adapters"),
    path(
        "<uuid:deployment_id>/adapters/<str:name>/detach/",
        views.adapter_detach,
        name="adapter-detach",
    ),
]
