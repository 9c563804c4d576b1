"""`manage.py restore_file KEY SOURCE TARGET`: opens what a reversible policy sealed."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.accounts import audit
from core.accounts.actor import Actor
from core.accounts.roles import local_operator
from core.errors import PlatformError
from deid import keys
from deid.engine.replacement.tokens import WrongKey, restore


class Command(BaseCommand):
    help = (
        "Open the tokens of a key in a text file, line by line. It is written to the audit trail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="name of the policy's key")
        parser.add_argument("source", type=Path)
        parser.add_argument("target", type=Path, help="made with mode 0600; must not be there")

    def handle(self, *args: Any, **options: Any) -> None:
        source, target = options["source"], options["target"]
        actor = Actor(local_operator(), "command")
        changes = {"key": [None, options["key"]], "file": [None, source.name]}
        try:
            key = keys.key_read(options["key"])
            audit.record(actor, "deid.restore", None, changes=changes)
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with (
                os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file,
                source.open(encoding="utf-8", newline="") as lines,
            ):
                file.writelines(restore(key, line) for line in lines)
        except (PlatformError, OSError, ValueError) as error:
            if isinstance(error, (WrongKey, UnicodeError)):
                target.unlink(missing_ok=True)
            raise CommandError(str(error)) from error
