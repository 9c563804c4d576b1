"""Answers that are asked for again and again say by their ETag whether they have changed."""

from __future__ import annotations

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

# Routes that scripts and pages ask again and again, and whose answers hold nobody's secrets: what
# is not here is never kept by a browser (platform_site/middleware.py).
API = frozenset({
    "api-projects", "api-project", "api-runs", "api-run", "api-run-metrics", "api-queue",
    "api-deployments", "api-deployment", "api-deployment-metrics",
    "api-dataset", "api-dataset-jobs", "api-file-job", "api-upload",
})  # fmt: skip
# The part of a page that htmx asks for has the address of its whole page.
FRAGMENTS = frozenset({
    "projects:detail", "projects:queue", "projects:run", "datasets:detail", "datasets:job",
    "deployments:list", "deployments:gpus",
})  # fmt: skip


class ConditionalGet(MiddlewareMixin):
    """Says 304 to who has the same answer already.

    The answer is made all the same, for this asker and with every check: what is saved is sending
    it and reading it. One that sets a cookie, as each does that holds a form's token, or that says
    itself how it may be kept, is left alone.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or response.status_code != 200:
            return response
        if not isinstance(response, HttpResponse) or response.cookies or not _is_polled(request):
            return response
        if "Cache-Control" in response.headers or not request.user.is_authenticated:
            return response
        etag = f'"{sha256(response.content).hexdigest()[:32]}"'
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ("Authorization", "Cookie", "HX-Request"))
        if "HTTP_IF_NONE_MATCH" not in request.META:
            return response
        return get_conditional_response(request, etag=etag, response=response) or response


def _is_polled(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None:  # refused before a view was looked for
        return False
    return match.view_name in API or (
        "HTTP_HX_REQUEST" in request.META and match.view_name in FRAGMENTS
    )
