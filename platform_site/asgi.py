"""ASGI entry point: Django, and what stands beside it, behind guards on the request's size."""

from __future__ import annotations

import os
import tempfile
from typing import Any, cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")
django_application = get_asgi_application()

# These need Django set up.
from django.conf import settings  # noqa: E402

from core.asgi.asgi_threads import Threads  # noqa: E402
from core.asgi.request_guard import Application, Receive, RequestGuard, Send  # noqa: E402
from core.asgi.sync_django import SyncDjango  # noqa: E402
from core.files.uploads import upload_folder  # noqa: E402
from deid import fast  # noqa: E402
from deployments.door.app import door  # noqa: E402
from platform_site.assets.application import StaticFiles  # noqa: E402
from platform_site.body_limits import chat_limit, page_limit  # noqa: E402
from platform_site.lanes import Lanes  # noqa: E402
from platform_site.server.database_pool import pool_connections, request_threads  # noqa: E402

pool_connections()
# Django spools request bodies to the temporary folder; /tmp is often memory, the storage never.
tempfile.tempdir = str(upload_folder())
threads = Threads("django", workers=request_threads(), waiting=None)
lanes = Lanes(
    pages=SyncDjango(settings.MIDDLEWARE, threads),
    api=SyncDjango(settings.API_MIDDLEWARE, threads),
    streams=cast(Application, django_application),
)
site = RequestGuard(lanes, page_limit)
# What stands beside Django, by the beginning of its paths.
MOUNTS: dict[str, Application] = {
    "/v1/": RequestGuard(door, chat_limit),
    settings.STATIC_URL: RequestGuard(StaticFiles(lanes), page_limit),
    fast.PATH: RequestGuard(fast.Fast(lanes), page_limit),
}
fast.load()  # now, so that web processes share it


async def application(scope: Any, receive: Receive, send: Send) -> None:
    """Hand a request to what is mounted at its path, else to Django."""
    chosen: Application = site
    if scope["type"] == "http":
        path = "/" + scope["path"].lstrip("/")  # base URLs come with doubled slashes
        chosen = next((MOUNTS[begin] for begin in MOUNTS if path.startswith(begin)), site)
    await chosen(scope, receive, send)
