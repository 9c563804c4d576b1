"""Routes under /api/v1; no trailing slashes."""

from __future__ import annotations

from django.urls import path

from core.accounts.api import views

urlpatterns = [
    path("me", views.MeView.as_view(), name="api-me"),
    path("tokens", views.TokensView.as_view(), name="api-tokens"),
    path("tokens/<str:token_id>", views.TokenView.as_view(), name="api-token"),
    path("audit", views.AuditView.as_view(), name="api-audit"),
]
