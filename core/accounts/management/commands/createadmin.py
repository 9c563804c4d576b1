"""`manage.py createadmin NAME`: the first admin, its password asked for or read from a file."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.accounts import audit
from core.accounts.actor import command_actor
from core.accounts.roles import LOCAL_OPERATOR, ROLE_GROUPS, role_set


class Command(BaseCommand):
    help = "Make a user with the role admin (or another), or give an existing one that role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--email", default="")
        parser.add_argument("--role", choices=list(ROLE_GROUPS), default="admin")
        parser.add_argument("--password-file", help="read it from this file; - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["username"]
        if name == LOCAL_OPERATOR:
            raise CommandError(f"{LOCAL_OPERATOR} is the platform's own user: take another name")
        user = User.objects.filter(username=name).first() or User(
            username=name, email=options["email"]
        )
        password = self._password(options["password_file"])
        try:
            user.full_clean(exclude=["password"])
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        user.set_password(password)
        self._keep(user, options["role"])
        self.stdout.write(f"{name}: {options['role']}")

    @transaction.atomic
    def _keep(self, user: User, role: str) -> None:
        action = "user.create" if user.pk is None else "user.role"
        user.save()
        role_set(user, ROLE_GROUPS[role])
        audit.record(command_actor(), action, user, changes={"role": [None, role]})

    def _password(self, file: str | None) -> str:
        if file == "-":
            return sys.stdin.readline().rstrip("\n")
        if file:
            return Path(file).read_text(encoding="utf-8").strip()
        first = getpass.getpass("Password: ")
        if first != getpass.getpass("Again: "):
            raise CommandError("The two passwords differ")
        return first
