"""`manage.py createtoken USER NAME`: an API token for automation, printed once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from core.accounts.actor import Actor
from core.accounts.models import Scope
from core.accounts.tokens import token_create
from core.errors import PlatformError


class Command(BaseCommand):
    help = "Make an API token for a user and print it; it is not shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name")
        parser.add_argument("--scopes", default=",".join(Scope.values), help="comma-separated")
        parser.add_argument("--days", type=int, default=90, help="0: until it is revoked")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {options['username']}")
        try:
            _token, text = token_create(
                actor=Actor(user, "command"),
                name=options["name"],
                scopes=options["scopes"].split(","),
                days=options["days"] or None,
            )
        except PlatformError as error:
            raise CommandError(error.message) from error
        self.stdout.write(text)
