"""ASGI entry point: Django behind a guard on request size and a full disk."""

from __future__ import annotations

import os
import tempfile
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")
django_application = get_asgi_application()

from platform_site.request_guard import Application, RequestGuard  # noqa: E402 - needs Django set up
from platform_site.uploads import upload_folder  # noqa: E402

# Django spools request bodies to the temporary folder; /tmp is often memory, the storage never.
tempfile.tempdir = str(upload_folder())
application = RequestGuard(cast(Application, django_application))
