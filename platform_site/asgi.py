"""ASGI entry point: Django behind a guard on request size and a full disk."""

from __future__ import annotations

import os
import tempfile
from typing import Any, cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")
django_application = get_asgi_application()

# These need Django set up.
from core.asgi.request_guard import Application, Receive, RequestGuard, Send  # noqa: E402
from core.files.uploads import upload_folder  # noqa: E402
from deid import fast  # noqa: E402
from deployments.door.app import door  # noqa: E402
from platform_site.server.database_pool import pool_connections  # noqa: E402

pool_connections()
# Django spools request bodies to the temporary folder; /tmp is often memory, the storage never.
tempfile.tempdir = str(upload_folder())
# What stands beside Django, by the beginning of its paths.
MOUNTS: dict[str, Application] = {
    "/v1/": door,
    "/api/v1/deidentify:test": fast.Fast(cast(Application, django_application)),
}
fast.warm()  # now, so that no request waits for it


async def site(scope: Any, receive: Receive, send: Send) -> None:
    """Hand a request to what is mounted at its path, else to Django."""
    chosen = cast(Application, django_application)
    for prefix, mounted in MOUNTS.items():
        if scope["type"] == "http" and scope["path"].startswith(prefix):
            chosen = mounted
    await chosen(scope, receive, send)


application = RequestGuard(site)
