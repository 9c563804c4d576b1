"""`manage.py serve`: web server, worker and agent as one foreground command."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from deid.keys import key_problems
from platform_site.server import agent  # noqa: F401 - loaded here, its process shares it
from platform_site.server.forked import Forked, InChild
from platform_site.server.supervisor import MANAGE, Supervisor


class Command(BaseCommand):
    help = "Serve the platform: web, worker and agent; Ctrl-C stops the three, never a run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only", action="append", choices=["web", "worker", "agent"], default=[],
            help="only this part, its database prepared before (may be given again)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._serve(options["only"])
        except InChild as child:  # here, where nothing of the supervisor is left on the stack
            command = child
        else:
            return
        command.run()

    def _serve(self, only: list[str]) -> None:
        for folder in (settings.LLM_APP_STORAGE, settings.HOST_TRAINING_DIR):
            folder.mkdir(parents=True, exist_ok=True)
        if not only:
            # In a process of its own: a migration leaves much behind in memory.
            if code := Forked("prepare", [MANAGE, "prepare"]).wait():
                sys.exit(code)
        else:
            if "web" in only:
                Forked("static", [MANAGE, "build_static"]).wait()  # without it pages go on, too
            self._say_what_keys_are_missing()
        parts = ", ".join(only) or "web, worker and agent"
        host = f"[{settings.BIND_HOST}]" if ":" in settings.BIND_HOST else settings.BIND_HOST
        where = f" on http://{host}:{settings.PORT}/" if "web" in parts else ""
        database = connection.display_name
        self.stdout.write(
            f"LLM Platform {settings.VERSION}{where} "
            f"({settings.PLATFORM_PROFILE}, {database}, "
            f"executor {settings.TRAINING_EXECUTOR})\n"
            f"{_who_may_come_in()}\n"
            f"Ctrl-C stops {parts}; runs go on."
        )
        Supervisor(*only).run()

    def _say_what_keys_are_missing(self) -> None:
        """A part that is served apart may see another folder than `prepare` did."""
        try:
            for problem in key_problems():
                self.stderr.write(problem)
        except DatabaseError as error:
            self.stderr.write(f"the database does not answer, or is not prepared: {error}")


def _who_may_come_in() -> str:
    if settings.PLATFORM_AUTH == "open":
        return "Open mode: whoever uses this machine is its operator; no other machine may come in."
    if not User.objects.filter(groups__name="admin").exists():
        return "Log-in required; make the first admin with: manage.py createadmin NAME"
    return "Log-in required."
