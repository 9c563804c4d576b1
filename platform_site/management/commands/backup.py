"""`manage.py backup FILE`: database, uploads, training folder and keys in one tar file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.accounts import audit
from core.accounts.actor import command_actor
from deid.keys import key_problems
from platform_site.backup import BackupError, backup


class Command(BaseCommand):
    help = "Write everything the platform keeps into one tar file; it may go on running."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        file = Path(options["file"]).absolute()
        audit.record(command_actor(), "backup", str(file))
        try:
            report = backup(file)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        for name in report.missing:
            self.stderr.write(f"deleted while the backup was made: {name}")
        for name in report.changed:
            self.stderr.write(f"cut while it was read, and filled with zeros: {name}")
        for name, why in report.left_out.items():
            self.stderr.write(f"NOT IN THE BACKUP: {name} -> {why}")
        for problem in key_problems():
            self.stderr.write(f"NOT IN THE BACKUP: {problem}")
        self.stdout.write(f"{file}: {report.files} files, {report.size} bytes")
