"""`manage.py doctor`: says what is wrong with the platform and how to mend it; changes nothing."""

from __future__ import annotations

import json
import os
import re
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from platform_site.doctor.database import read_only
from platform_site.doctor.examine import SECOND_LOOK, examine
from platform_site.doctor.findings import Told

WELL, FINDINGS, BLIND = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Look the running platform over, without changing anything. "
        "Exit status: 0 all is well, 1 there are findings, 2 the database does not answer."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument(
            "--second-look", type=float, default=SECOND_LOOK, metavar="SECONDS",
            help="look again after so long and tell only what is still so",
        )  # fmt: skip
        parser.add_argument(
            "--language", choices=[code for code, _name in settings.LANGUAGES],
            default=callers_language(),
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                with read_only():
                    told = examine(second_look=options["second_look"])
            except DatabaseError as error:
                self.stderr.write(_("The database does not answer: %(why)s") % {"why": error})
                raise SystemExit(BLIND) from error
            self.stdout.write(as_json(told) if options["json"] else as_text(told))
        if told:
            raise SystemExit(FINDINGS)


def callers_language() -> str:
    """What the caller's locale asks for; the platform's own where it asks for none of ours."""
    asked = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG", "")
    spoken = {"zh": "zh-hans", "en": "en"}
    return spoken.get(re.split(r"[_.@]", asked)[0], str(settings.LANGUAGE_CODE))


def as_json(told: list[Told]) -> str:
    document = {
        "host": settings.PLATFORM_HOST,
        "looked_at": timezone.now().isoformat(),
        "findings": [one.document() for one in told],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def as_text(told: list[Told]) -> str:
    if not told:
        return _("All is well on %(host)s") % {"host": settings.PLATFORM_HOST}
    return "\n".join(_lines(one) for one in told)


def _lines(one: Told) -> str:
    since = f" ({timezone.localtime(one.since):%Y-%m-%d %H:%M:%S})" if one.since else ""
    return f"{one.severity.value} {one.code}{since}: {one.what}\n    → {one.mend}"
