"""Server log lines: one record, one line, whatever an attacker put into it."""

from __future__ import annotations

import logging
import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def printable(text: str) -> str:
    """`text` with control characters (escape codes, carriage returns) shown, not obeyed."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


class LineFormatter(logging.Formatter):
    """Neutralises newlines and escape codes in the message; tracebacks keep their lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = printable(record.message.replace("\n", "\\n"))
        return super().formatMessage(record)
