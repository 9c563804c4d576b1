"""Counts tokens as they pass, and writes them down for each user and API token."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils import timezone

from core.accounts import audit
from core.accounts.actor import Actor
from deployments.models import Usage

MAX_EVENT = 1024 * 1024
TAIL = 64 * 1024
_USAGE = re.compile(rb'"usage"\s*:\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})')


@dataclass
class Meter:
    """Passes an answer's bytes on, and reads its usage.

    `hide`: the platform, not the client, asked for the usage event of a stream; it is taken out.
    """

    stream: bool
    hide: bool
    prompt_tokens: int = 0
    completion_tokens: int = 0
    events: int = 0
    _known: bool = field(default=False)
    _rest: bytes = field(default=b"")

    def feed(self, data: bytes) -> bytes:
        """What of it the client gets now."""
        if not self.stream:
            self._rest = (self._rest + data)[-TAIL:]
            return data
        self._rest += data
        if len(self._rest) > MAX_EVENT:  # not a stream of events that we know
            passed, self._rest = self._rest, b""
            return passed
        *whole, self._rest = self._rest.split(b"\n\n")
        return b"".join(event + b"\n\n" for event in whole if self._keep(event))

    def end(self) -> bytes:
        """The last bytes, and the usage of an answer that came whole."""
        if self.stream:
            passed, self._rest = self._rest, b""
            return passed
        if matches := _USAGE.findall(self._rest):
            self._take(matches[-1])
        return b""

    def _keep(self, event: bytes) -> bool:
        if not event.startswith(b"data: {"):
            return True
        if b'"usage":' not in event.replace(b'"usage": ', b'"usage":'):
            self.events += 1
            return True
        try:
            document: dict[str, Any] = json.loads(event[6:])
        except ValueError:
            return True
        usage = document.get("usage")
        if isinstance(usage, dict):
            self._set(usage)
        only_usage = document.get("choices") == [] and isinstance(usage, dict)
        self.events += 0 if only_usage else 1
        return not (self.hide and only_usage)

    def _take(self, text: bytes) -> None:
        try:
            self._set(json.loads(text))
        except ValueError:
            return

    def _set(self, usage: dict[str, Any]) -> None:
        self._known = True
        for name in ("prompt_tokens", "completion_tokens"):
            value = usage.get(name)
            if isinstance(value, int) and value >= 0:
                setattr(self, name, value)

    @property
    def generated(self) -> int:
        """Completion tokens; of a stream that was cut off, its events (one a token or more)."""
        return self.completion_tokens if self._known else self.events


def usage_record(actor: Actor, model: str, meter: Meter, *, failed: bool) -> None:
    """Add one request to the day's figures."""
    name = audit.clean(model)[:1024]
    key = {
        "day": timezone.now().date(),
        "user": actor.user,
        "token_name": f"{actor.token.name} {actor.token.prefix}"[:150] if actor.token else "",
        "model_digest": hashlib.sha256(name.encode()).hexdigest(),
    }
    changes = {
        "requests": 1,
        "failed": int(failed),
        "prompt_tokens": meter.prompt_tokens,
        "completion_tokens": meter.generated,
    }
    added = {name: F(name) + value for name, value in changes.items()}
    if Usage.objects.filter(**key).update(**added):
        return
    try:
        with transaction.atomic():
            Usage.objects.create(**key, **changes, model=name)
    except IntegrityError:  # another process made the day's row
        Usage.objects.filter(**key).update(**added)


def tokens_today(actor: Actor) -> int:
    """What the user has used since midnight (UTC)."""
    rows = Usage.objects.filter(day=timezone.now().date(), user=actor.user)
    sums = rows.aggregate(prompt=Sum("prompt_tokens"), completion=Sum("completion_tokens"))
    return int(sums["prompt"] or 0) + int(sums["completion"] or 0)


def used_up(actor: Actor) -> bool:
    limit = settings.INFERENCE_TOKENS_PER_DAY
    return bool(limit) and tokens_today(actor) >= limit
