"""Old rows go in small steps: no transaction removes more than a bounded number of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

STEP = 2_000
PAUSE = 0.02  # between full steps: others who write get their turn
SECONDS = 60.0  # then it is enough for now; who calls comes again


def remove_in_steps(
    rows: QuerySet[Any],
    *,
    within: Callable[[int], object] | None = None,
    step: int = STEP,
    seconds: float = SECONDS,
) -> int:
    """Remove `rows`, the first ones in their order first; how many went.

    `rows` are ordered by what an index finds them by, and nothing refers to them. `within` is
    called in each step's transaction with the number of rows that it removes.
    """
    removed, deadline = 0, time.monotonic() + seconds
    while time.monotonic() < deadline:
        with transaction.atomic():
            keys = list(rows.values_list("pk", flat=True)[:step])
            if keys:
                doomed = rows.model._base_manager.filter(pk__in=keys)
                removed += len(keys)
                doomed._raw_delete(doomed.db)
                if within is not None:
                    within(len(keys))
        if len(keys) < step:
            break
        time.sleep(PAUSE)
    return removed
