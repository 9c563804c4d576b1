"""Routes of the project and run pages."""

from __future__ import annotations

from django.urls import path

from projects.pages import compare, events, new_run, queue, runs, views

app_name = "projects"
RUN = "<uuid:project_id>/runs/<uuid:run_id>/"
urlpatterns = [
    path("", views.project_list, name="list"),
    path("new/", views.project_new, name="new"),
    path("queue/", queue.queue_page, name="queue"),
    path("queue/events", events.queue_events, name="queue-events"),
    path("compare/", compare.compare_page, name="compare"),
    path("<uuid:project_id>/", views.project_detail, name="detail"),
    path("<uuid:project_id>/events", events.project_events, name="events"),
    path("<uuid:project_id>/delete/", views.project_delete, name="delete"),
    path("<uuid:project_id>/sharing/", views.project_sharing, name="sharing"),
    path("<uuid:project_id>/data-gate/", views.project_gate, name="gate"),
    path("<uuid:project_id>/runs/", views.run_start, name="run-start"),
    path("<uuid:project_id>/runs/new/", new_run.run_new, name="run-new"),
    path(RUN, runs.run_detail, name="run"),
    path(f"{RUN}stop/", runs.run_stop, name="run-stop"),
    path(f"{RUN}repeat/", new_run.run_repeat, name="run-repeat"),
    path(f"{RUN}resume/", runs.run_resume, name="run-resume"),
    path(f"{RUN}merge/", runs.run_merge, name="run-merge"),
    path(f"{RUN}priority/", runs.run_priority, name="run-priority"),
]
