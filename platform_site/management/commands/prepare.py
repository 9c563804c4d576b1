"""`manage.py prepare`: bring the database up to this release."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from deid import keys


class Command(BaseCommand):
    help = "Apply migrations, make the table of rate limits and the folder of keys; repeatable."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not keys.key_known(keys.FOLDER):
            keys.key_make(keys.FOLDER)
        for problem in keys.key_problems():
            self.stderr.write(problem)
