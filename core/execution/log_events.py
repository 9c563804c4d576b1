"""Lines of the platform's own in a log: stored with the change they tell of, then written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone, translation

from core.execution.run_folder import RunFolder

Render = Callable[[str, Mapping[str, Any]], str]


class LogEvent(models.Model):
    """A line as code and parameters; its words are made when it is written or shown."""

    timestamp = models.DateTimeField(default=timezone.now)
    level = models.CharField(max_length=8, default="info")
    code = models.CharField(max_length=64)
    params: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    written = models.BooleanField(default=False)

    class Meta:
        abstract = True
        ordering = ["id"]


E = TypeVar("E", bound=LogEvent)


def write_events(events: QuerySet[E], folder: RunFolder, render: Render) -> None:
    """Write those that are not in the log yet; each once, also after a crash between."""
    unwritten = list(events.filter(written=False))
    if not unwritten or not folder.log.parent.is_dir():
        return
    with translation.override(settings.LANGUAGE_CODE):
        for event in unwritten:
            line = render(event.code, event.params)
            try:
                folder.append_platform_line(event.timestamp, event.level, line, event=str(event.pk))
            except OSError:
                return  # a full disk: the sweep tries again, the row keeps the words
            events.filter(pk=event.pk).update(written=True)


def render_message(messages: Mapping[str, Any], code: str, params: Mapping[str, Any]) -> str:
    """The text of a code in the active language; an unknown code as it is."""
    template = messages.get(code)
    if template is None:
        return code
    try:
        return str(template) % dict(params)
    except KeyError:
        return str(template)
