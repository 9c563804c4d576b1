"""All routes: the REST API, its documentation, the pages, the admin."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from core.api.health import healthz, internal_health

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/deployments/_internal/health", internal_health, name="api-internal-health"),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path(
        "api/docs",
        SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="api_docs.html"),
        name="api-docs",
    ),
    path("api/v1/", include("core.accounts.api.urls")),
    path("api/v1/", include("deid.api.urls")),
    path("api/v1/", include("datasets.api.urls")),
    path("api/v1/", include("deployments.api.urls")),
    path("api/", include("projects.api.urls")),
    path("admin/", admin.site.urls),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("datasets/", include("datasets.pages.urls")),
    path("deid/", include("deid.pages.urls")),
    path("projects/", include("projects.pages.urls")),
    path("deployments/", include("deployments.pages.urls")),
    path("", include("core.accounts.pages.urls")),
    path("", include("platform_site.pages.urls")),
]
handler404 = "core.api.errors.page_not_found"
handler500 = "core.api.errors.server_error"
