"""A finding: what is wrong, with whom, since when, and what its code means to people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Explanation:
    """What a code says. Both texts may name `subject` and the finding's parameters."""

    severity: Severity
    what: str | Promise
    mend: str | Promise


Codes = dict[str, Explanation]


@dataclass(frozen=True)
class Finding:
    code: str
    subject: str
    """The row, file, host or part it is about; with the code it says which finding this is."""
    params: Mapping[str, object] = field(default_factory=dict)
    since: datetime | None = None

    @property
    def identity(self) -> tuple[str, str]:
        return self.code, self.subject


@dataclass(frozen=True)
class Told:
    """A finding in the reader's language."""

    severity: Severity
    code: str
    subject: str
    since: datetime | None
    what: str
    mend: str

    def document(self) -> dict[str, Any]:
        since = self.since.isoformat() if self.since else None
        return {
            "severity": self.severity.value, "code": self.code, "subject": self.subject,
            "since": since, "what": self.what, "mend": self.mend,
        }  # fmt: skip


def tell(finding: Finding, codes: Codes) -> Told:
    """Its words in the active language."""
    meaning = codes[finding.code]
    words = {"subject": finding.subject, **finding.params}
    return Told(
        meaning.severity, finding.code, finding.subject, finding.since,
        str(meaning.what) % words, str(meaning.mend) % words,
    )  # fmt: skip
