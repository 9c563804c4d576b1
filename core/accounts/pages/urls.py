"""Routes of the account pages."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path
from django.utils.module_loading import import_string

from core.accounts.pages import views

urlpatterns: list[URLPattern] = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", login_not_required(LogoutView.as_view()), name="logout"),
    path("account/", views.account, name="account"),
    path("account/password/", views.PasswordChangeView.as_view(), name="password"),
    path("account/tokens/", views.token_create, name="token-create"),
    path("account/tokens/<uuid:token_id>/revoke/", views.token_revoke, name="token-revoke"),
    path("audit/", views.audit_trail, name="audit"),
    path("audit/export.csv", views.audit_csv, name="audit-csv"),
]
if settings.OIDC:
    _views = "mozilla_django_oidc.views.OIDCAuthentication"
    urlpatterns += [
        path(
            "oidc/callback/",
            login_not_required(import_string(f"{_views}CallbackView").as_view()),
            name="oidc_authentication_callback",
        ),
        path(
            "oidc/login/",
            login_not_required(import_string(f"{_views}RequestView").as_view()),
            name="oidc_authentication_init",
        ),
    ]
