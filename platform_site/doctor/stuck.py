"""Rows that should have moved on: not launched, not stopped, not healthy, in trouble."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.execution.claims import TASK_SECONDS
from core.execution.process_identity import is_process
from deployments.choices import DeploymentStatus
from deployments.models import BUSY_SECONDS
from platform_site.doctor.facts import Facts
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity
from platform_site.doctor.rows import BEYOND_GRACE, Owner

LAUNCH = timedelta(seconds=60)
START_SLACK = timedelta(minutes=5)
TROUBLES = 2  # one may be a passing error

_PARTS = _("See that agent and worker run (manage.py serve) and what their logs say of %(subject)s")
CODES: Codes = {
    "not_launched": Explanation(
        Severity.ERROR, _("%(subject)s waits to be started and nobody takes it"), _PARTS
    ),
    "claim_of_the_dead": Explanation(
        Severity.ERROR,
        _("%(subject)s was taken for a start by process %(pid)s of %(host)s, which is dead"),
        _PARTS,
    ),
    "claim_too_long": Explanation(
        Severity.ERROR,
        _("%(subject)s was taken for a start by process %(pid)s of %(host)s and not handed over"),
        _("Look at what that process does (py-spy dump --pid %(pid)s); end it: kill %(pid)s"),
    ),
    "stop_not_obeyed": Explanation(
        Severity.ERROR,
        _("%(subject)s was asked to stop and still is %(status)s"),
        _("Stop a deployment by force on its page; see that the agent runs (manage.py serve)"),
    ),
    "stops_slowly": Explanation(
        Severity.WARNING,
        _("%(subject)s was asked to stop and is not done; its engine may still answer requests"),
        _("Wait for it, or stop it by force on its page"),
    ),
    "starts_slowly": Explanation(
        Severity.WARNING,
        _("%(subject)s has been starting for longer than DEPLOY_START_TIMEOUT"),
        _("Read its log on its page; stop it by force if it hangs"),
    ),
    "health_not_asked": Explanation(
        Severity.ERROR,
        _("%(subject)s runs, but nobody has asked after its health lately"),
        _("See that the agent runs (manage.py serve) and what its log says"),
    ),
    "unhealthy": Explanation(
        Severity.WARNING,
        _("%(subject)s runs and does not answer its health check (%(n)s times in a row)"),
        _("Read its log on its page; restart it there"),
    ),
    "in_trouble": Explanation(
        Severity.WARNING,
        _("%(subject)s could not be looked after, %(n)s times in a row: %(why)s"),
        _("Mend what it says; the platform tries again by itself"),
    ),
}


def rows_not_started(facts: Facts) -> Iterator[Finding]:
    for owner in facts.mine:
        if owner.row.submitted_at is None:
            yield from (
                _unclaimed(owner, facts) if owner.row.claimed_at is None else _claimed(owner, facts)
            )


def _unclaimed(owner: Owner, facts: Facts) -> Iterator[Finding]:
    row = owner.row
    due = getattr(row, "next_launch_at", None) or owner.changed_at
    if facts.now - due > LAUNCH and not _rightly_waits(owner, facts):
        yield Finding("not_launched", owner.subject, {}, due)


def _rightly_waits(owner: Owner, facts: Facts) -> bool:
    """For GPUs, or for a job before it."""
    if owner.kind == "job":
        others = [one.row for one in facts.mine if one.kind == owner.kind and one is not owner]
        working = [row for row in others if row.submitted_at or row.claimed_at]
        return len(working) >= settings.DEID_JOBS
    return bool(not owner.row.host and getattr(owner.row, "gpus_wanted", 0))


def _claimed(owner: Owner, facts: Facts) -> Iterator[Finding]:
    who, at = owner.row.claimed_by, owner.row.claimed_at
    params = {"pid": who.get("pid", "?"), "host": who.get("host", "?")}
    alive = who.get("host") != facts.here or is_process(who)
    if not alive and facts.now - at > LAUNCH:
        yield Finding("claim_of_the_dead", owner.subject, params, at)
    elif alive and facts.now - at > timedelta(seconds=TASK_SECONDS) + BEYOND_GRACE:
        yield Finding("claim_too_long", owner.subject, params, at)


def stops_not_obeyed(facts: Facts) -> Iterator[Finding]:
    """An engine that was asked, and not forced, may finish its requests for as long as it likes."""
    for owner in facts.mine:
        asked, deaf_at = owner.row.stop_requested_at, owner.machine.deaf_at(owner.row)
        patience = timedelta(seconds=settings.DEPLOY_TERMINATE_TIMEOUT)
        params = {"status": owner.row.status}
        if deaf_at is not None and facts.now > deaf_at + BEYOND_GRACE:
            yield Finding("stop_not_obeyed", owner.subject, params, asked or deaf_at)
        elif deaf_at is None and asked and facts.now > asked + patience + BEYOND_GRACE:
            yield Finding("stops_slowly", owner.subject, params, asked)


def engines_not_well(facts: Facts) -> Iterator[Finding]:
    for owner in facts.mine:
        if owner.kind == "deployment" and owner.row.submitted_at is not None:
            yield from _health(owner, facts)


def _health(owner: Owner, facts: Facts) -> Iterator[Finding]:
    row = owner.row
    asked = row.health_at or row.running_at or row.started_at
    late = timedelta(seconds=3 * settings.HEALTH_INTERVAL + settings.DEPLOY_HTTP_TIMEOUT)
    limit = timedelta(seconds=settings.DEPLOY_START_TIMEOUT) + START_SLACK
    if row.status == DeploymentStatus.STARTING and facts.now - row.submitted_at > limit:
        yield Finding("starts_slowly", owner.subject, {}, row.submitted_at)
    elif row.status != DeploymentStatus.RUNNING:
        return
    elif facts.now - asked > late + timedelta(seconds=BUSY_SECONDS):
        yield Finding("health_not_asked", owner.subject, {}, asked)
    elif row.health_failures >= settings.DEPLOY_HUNG_CHECKS // 2 > 0:
        yield Finding("unhealthy", owner.subject, {"n": row.health_failures}, row.health_at)


def rows_in_trouble(facts: Facts) -> Iterator[Finding]:
    """A row that breaks whoever looks after it says so itself, and is left alone for a while."""
    for owner in facts.mine:
        row = owner.row
        if row.trouble_count >= TROUBLES:
            why = str(row.notice_params.get("why", row.notice_code))
            yield Finding("in_trouble", owner.subject, {"why": why, "n": row.trouble_count})


CHECKS = [rows_not_started, stops_not_obeyed, engines_not_well, rows_in_trouble]
