"""`manage.py forgetkey NAME`: give up a key of de-identification that is lost for good."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.accounts import audit
from core.accounts.actor import command_actor
from deid import keys


class Command(BaseCommand):
    help = (
        "Forget a key that no backup has: what it sealed or pseudonymised is lost, and the next "
        "use of the name makes a new one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        if keys.key_path(name).exists():
            raise CommandError(f"{keys.key_path(name)} is there: move it away first")
        if not keys.key_forget(name):
            raise CommandError(f"No key {name} was ever used")
        audit.record(command_actor(), "deid.forget_key", name)
        self.stdout.write(f"{name}: forgotten")
