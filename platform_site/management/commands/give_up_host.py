"""`manage.py give_up_host NAME`: end what was on a host that will not come back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.accounts.actor import command_actor
from core.errors import PlatformError
from core.execution.models import Host
from platform_site.hosts import host_give_up


class Command(BaseCommand):
    help = "Ends the runs, deployments and jobs of a host that is gone; their GPUs are free then."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("host", help="its name, as the list of GPUs shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        host = Host.objects.filter(name=options["host"]).first()
        if host is None:
            known = ", ".join(Host.objects.values_list("name", flat=True)) or "–"
            raise CommandError(f"there is no host {options['host']!r}; there are: {known}")
        try:
            ended = host_give_up(actor=command_actor(), host=host)
        except PlatformError as error:
            raise CommandError(error.message) from error
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in ended.items()))
