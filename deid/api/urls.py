"""Routes under /api/v1; no trailing slashes."""

from __future__ import annotations

from django.urls import path

from deid.api import views

POLICY = "deid/policies/<slug:slug>"

urlpatterns = [
    path("deidentify:test", views.DeidentifyView.as_view(), name="api-deidentify"),
    path("deidentify:restore", views.RestoreView.as_view(), name="api-deid-restore"),
    path("deid/policies", views.PoliciesView.as_view(), name="api-deid-policies"),
    path(POLICY, views.PolicyView.as_view(), name="api-deid-policy"),
    path(f"{POLICY}/words", views.PolicyWordsView.as_view(), name="api-deid-policy-words"),
    path(
        f"{POLICY}/versions/<str:name>/approval",
        views.PolicyApprovalView.as_view(),
        name="api-deid-policy-approval",
    ),
    path(f"{POLICY}/sharing", views.PolicySharingView.as_view(), name="api-deid-policy-sharing"),
]
