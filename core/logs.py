"""Server log lines: one record, one line, whatever an attacker put into it."""

from __future__ import annotations

import logging
import re
from typing import Any

from core.full_disk import says_full_disk

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def printable(text: str) -> str:
    """`text` with control characters (escape codes, carriage returns) shown, not obeyed."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


class LineFormatter(logging.Formatter):
    """Neutralises newlines and escape codes in the message; tracebacks keep their lines.

    One that only says that the disk is full has a line: what fails then fails again and again, and
    the log may be what is full.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = printable(record.message.replace("\n", "\\n"))
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        if says_full_disk(ei[1]):
            return f"the disk is full: {printable(str(ei[1]))}"
        return super().formatException(ei)
