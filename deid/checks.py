"""`manage.py check --deploy` asks whether the keys that there ought to be are there."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import DatabaseError

from deid.keys import key_problems

HINT = "See docs/operations.md, Keys of de-identification."


def keys_are_there(**_kwargs: Any) -> list[CheckMessage]:
    try:
        problems = key_problems()
    except DatabaseError:  # not prepared yet: no key has been used either
        return []
    return [Error(problem, hint=HINT, id="deid.E001") for problem in problems]
