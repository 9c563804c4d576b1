"""Routes of the project and run pages."""

from __future__ import annotations

from django.urls import path

from projects.pages import views

app_name = "projects"
urlpatterns = [
    path("", views.project_list, name="list"),
    path("new/", views.project_new, name="new"),
    path("<uuid:project_id>/", views.project_detail, name="detail"),
    path("<uuid:project_id>/delete/", views.project_delete, name="delete"),
    path("<uuid:project_id>/sharing/", views.project_sharing, name="sharing"),
    path("<uuid:project_id>/data-gate/", views.project_gate, name="gate"),
    path("<uuid:project_id>/runs/", views.run_start, name="run-start"),
    path("<uuid:project_id>/runs/<uuid:run_id>/", views.run_detail, name="run"),
    path("<uuid:project_id>/runs/<uuid:run_id>/stop/", views.run_stop, name="run-stop"),
]
