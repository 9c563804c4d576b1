"""Routes of the pages that belong to no domain."""

from __future__ import annotations

from django.urls import path

from platform_site.pages import views

urlpatterns = [path("", views.home, name="home")]
