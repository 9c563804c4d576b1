"""`manage.py describe_settings`: writes .env.example and docs/configuration.md from the code."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from core.environment import VARIABLES, Variable

HOST_DEPENDENT = {"PLATFORM_HOST": "(the machine's name)"}


class Command(BaseCommand):
    help = "Write .env.example and docs/configuration.md from the settings that the code reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Only say whether they are current"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        wanted = {root / ".env.example": example(), root / "docs" / "configuration.md": table()}
        stale = [path.name for path, text in wanted.items() if _read(path) != text]
        if options["check"]:
            if stale:
                raise SystemExit(
                    f"not current: {', '.join(stale)}; run manage.py describe_settings"
                )
            return
        for path, text in wanted.items():
            path.write_text(text, "utf-8")


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _by_topic() -> list[tuple[str, list[Variable]]]:
    ordered = sorted(VARIABLES, key=lambda variable: variable.topic)
    return [(topic, list(group)) for topic, group in groupby(ordered, lambda one: one.topic)]


def example() -> str:
    lines = ["# Settings of the platform; copy to .env. Written by manage.py describe_settings."]
    for topic, variables in _by_topic():
        lines.append(f"\n# --- {topic}")
        for variable in variables:
            default = "" if variable.name in HOST_DEPENDENT else variable.default
            lines += [f"# {variable.help}", f"#{variable.name}={default}"]
    return "\n".join(lines) + "\n"


def table() -> str:
    lines = [
        "# Configuration",
        "",
        "Read from the environment or from `.env`. Written by `manage.py describe_settings`.",
    ]
    for topic, variables in _by_topic():
        lines += ["", f"## {topic}", "", "| variable | default | what it is |", "|---|---|---|"]
        for variable in variables:
            default = HOST_DEPENDENT.get(variable.name, f"`{variable.default}`")
            shown = default if variable.default else "(empty)"
            lines.append(f"| `{variable.name}` | {shown} | {variable.help} |")
    return "\n".join(lines) + "\n"
