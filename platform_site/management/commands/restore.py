"""`manage.py restore FILE`: fill an empty machine from a backup."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from core.accounts import audit
from core.accounts.actor import command_actor
from platform_site.backup import BackupError, restore, verify


class Command(BaseCommand):
    help = "Restore a backup to an empty machine; --check only tells whether it is whole."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="only read and verify it")

    def handle(self, *args: Any, **options: Any) -> None:
        file = Path(options["file"]).absolute()
        try:
            if options["check"]:
                self.stdout.write(f"{file}: whole, {len(verify(file)['sha256'])} files")
                return
            report = restore(file)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        call_command("prepare")
        audit.record(command_actor(), "restore", str(file))
        for name, why in report.left_out.items():
            self.stderr.write(f"was not in the backup: {name} -> {why}")
        self.stdout.write(f"{file}: {report.files} files restored")
