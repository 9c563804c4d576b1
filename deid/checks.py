"""What is asked at every start: are the keys there, do the operator's recognisers hold."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError

from deid.keys import key_problems
from deid.recognizers import problems

HINT = "See docs/operations.md, Keys of de-identification."


def keys_are_there(**_kwargs: Any) -> list[CheckMessage]:
    """For `check --deploy`."""
    try:
        problems = key_problems()
    except DatabaseError:  # not prepared yet: no key has been used either
        return []
    return [Error(problem, hint=HINT, id="deid.E001") for problem in problems]


def recognizers_hold(**_kwargs: Any) -> list[CheckMessage]:
    """For every command: nothing is served while the file is wrong, or one of its tests fails."""
    path = settings.DEID_RECOGNIZERS
    found = problems(path) if path else []
    hint = "See docs/deid.md, Recognisers of your own."
    return [Error(f"DEID_RECOGNIZERS: {one}", hint=hint, id="deid.E002") for one in found]
