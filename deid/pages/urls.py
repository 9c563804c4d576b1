"""Routes of the de-identification pages."""

from __future__ import annotations

from django.urls import path

from deid.pages import policies, views

app_name = "deid"
urlpatterns = [
    path("", views.trial, name="trial"),
    path("vault/", views.vault, name="vault"),
    path("recognizers/", views.recognizer_list, name="recognizers"),
    path("policies/", policies.policy_list, name="policies"),
    path("policies/new/", policies.policy_new, name="policy-new"),
    path("policies/<uuid:policy_id>/", policies.policy_detail, name="policy"),
    path("policies/<uuid:policy_id>/yaml/", policies.policy_export, name="policy-export"),
    path("policies/<uuid:policy_id>/words/", policies.policy_words, name="policy-words"),
    path("policies/<uuid:policy_id>/approval/", policies.policy_approval, name="policy-approval"),
    path("policies/<uuid:policy_id>/delete/", policies.policy_delete, name="policy-delete"),
    path("policies/<uuid:policy_id>/sharing/", policies.policy_sharing, name="policy-sharing"),
]
