"""All checks, and the second look that keeps what was only passing by out of the answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from platform_site.doctor import (
    database,
    disks,
    hosts,
    leases,
    logs,
    parts,
    processes,
    secrets,
    stuck,
    surroundings,
    uploads,
)
from platform_site.doctor.facts import Facts
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity, Told, tell

logger = logging.getLogger(__name__)
Check = Callable[[Facts], Iterator[Finding]]
TOPICS = (
    processes, stuck, leases, logs, hosts, parts, surroundings, disks, uploads, secrets,
)  # fmt: skip
SECOND_LOOK = 4.0  # seconds; what the agent settles by itself is gone by then

CODES: Codes = {
    **database.CODES,
    **{code: meaning for topic in TOPICS for code, meaning in topic.CODES.items()},
    "check_failed": Explanation(
        Severity.ERROR,
        _("The check %(subject)s itself failed: %(why)s"),
        _("Report it, with the traceback that stands on standard error"),
    ),
}


def examine(*, second_look: float = SECOND_LOOK) -> list[Told]:
    """What is wrong now and still after `second_look` seconds. Raises DatabaseError."""
    found = look_over()
    if found:
        time.sleep(second_look)
        again = {one.identity for one in found}
        found = [one for one in look_over() if one.identity in again]
    told = [tell(one, CODES) for one in found]
    return sorted(told, key=lambda one: (one.severity != Severity.ERROR, one.code, one.subject))


def look_over() -> list[Finding]:
    """One look. A database of another release is all that is told of it."""
    facts = Facts()
    if old := list(database.migrations_applied(facts)):
        return old
    return [one for topic in TOPICS for check in topic.CHECKS for one in _tried(check, facts)]


def _tried(check: Check, facts: Facts) -> list[Finding]:
    """A check that breaks is a finding itself; the others go on."""
    try:
        return list(check(facts))
    except DatabaseError:
        raise
    except Exception as error:
        logger.exception("check %s failed", check.__name__)
        return [Finding("check_failed", check.__name__, {"why": f"{error!r:.200}"})]
