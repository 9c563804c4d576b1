"""Says in the reader's language why a job ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.execution.log_events import render_message

MESSAGES: dict[str, str | Promise] = {
    "running": _("At work"),
    "succeeded": _("Done"),
    "stopped": _("Stopped on request"),
    "stopped_before_start": _("Stopped before it was started"),
    "resumed": _("It goes on where it was"),
    "encoding": _("The file is neither UTF-8 nor GB 18030 text"),
    "json": _("The file is not JSON"),
    "parquet": _("The file is not Parquet, or is damaged"),
    "storage_full": _("The disk is full"),
    "source_gone": _("The file is no longer on disk"),
    "key": _("A key is missing or damaged: %(why)s"),
    "crashed": _("It crashed %(attempts)s times; the last exit code was %(code)s"),
    "start_failed": _("It could not be started: %(why)s"),
    "prepare_failed": _("It could not be prepared: %(why)s"),
    "trouble": _("The platform cannot look after it right now and tries again: %(why)s"),
    "host_given_up": _("The host %(host)s is gone and was given up"),
    "retry": _("It was interrupted and goes on where it was"),
}


def render(code: str, params: Mapping[str, Any]) -> str:
    return render_message(MESSAGES, code, params)
