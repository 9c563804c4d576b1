"""`manage.py build_static`: what `prepare` and `serve` do for static files, for images."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from platform_site.assets import build


class Command(BaseCommand):
    help = "Make hashed and compressed copies of the static files in STATIC_DIR, if they changed."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not build.ensure():
            raise CommandError("static files could not be built; pages use them as they lie")
