"""Regular expressions of others, compiled to run in time that is linear in the text, by RE2."""

from __future__ import annotations

from typing import Any

import re2

MEMORY = 8 << 20  # bytes that a compiled expression may take


def linear(pattern: str, memory: int = MEMORY) -> Any:
    """The compiled pattern. Raises re2.error where RE2 does not read it."""
    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False
    return re2.compile(pattern, options)
