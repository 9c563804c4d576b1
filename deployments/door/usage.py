"""Writes used tokens down for each user and API token, and says what was used today."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils import timezone

from core.accounts import audit
from core.accounts.actor import Actor
from core.pruning import remove_in_steps
from deployments.models import Usage


def usage_record(
    actor: Actor, model: str, tokens: tuple[int, int], *, requests: int = 1, failed: int = 0
) -> None:
    """Add requests, with their prompts' and their answers' tokens, to the day's figures."""
    name = audit.clean(model)[:1024]
    key = {
        "day": timezone.now().date(),
        "user": actor.user,
        "token_name": f"{actor.token.name} {actor.token.prefix}"[:150] if actor.token else "",
        "model_digest": hashlib.sha256(name.encode()).hexdigest(),
    }
    changes = {
        "requests": requests,
        "failed": failed,
        "prompt_tokens": tokens[0],
        "completion_tokens": tokens[1],
    }
    added = {name: F(name) + value for name, value in changes.items()}
    if Usage.objects.filter(**key).update(**added):
        return
    try:
        with transaction.atomic():
            Usage.objects.create(**key, **changes, model=name)
    except IntegrityError:  # another process made the day's row
        Usage.objects.filter(**key).update(**added)


def usage_prune() -> None:
    """Housekeeping of usage that is older than it is kept."""
    if settings.USAGE_RETENTION_DAYS:
        oldest = timezone.now().date() - timedelta(days=settings.USAGE_RETENTION_DAYS)
        remove_in_steps(Usage.objects.filter(day__lt=oldest).order_by("day", "id"))


def tokens_today(actor: Actor) -> int:
    """What the user has used since midnight (UTC)."""
    rows = Usage.objects.filter(day=timezone.now().date(), user=actor.user)
    sums = rows.aggregate(prompt=Sum("prompt_tokens"), completion=Sum("completion_tokens"))
    return int(sums["prompt"] or 0) + int(sums["completion"] or 0)


def used_up(actor: Actor) -> bool:
    limit = settings.INFERENCE_TOKENS_PER_DAY
    return bool(limit) and tokens_today(actor) >= limit
