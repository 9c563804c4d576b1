"""`manage.py prepare`: bring the database and the static files up to this release."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from deid import keys
from platform_site.assets import build


class Command(BaseCommand):
    help = "Migrations, the table of rate limits, the folder of keys, static files; repeatable."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not keys.key_known(keys.FOLDER):
            keys.key_make(keys.FOLDER)
        for problem in keys.key_problems():
            self.stderr.write(problem)
        build.ensure()
