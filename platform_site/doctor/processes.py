"""Rows and the processes that they claim: gone, doubled, left over, nobody's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.execution.executor import Observation, ProcessState
from core.execution.machine import BEGIN_SECONDS
from platform_site.doctor.facts import UUID_TEXT, Facts, Program, is_below_ours
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity
from platform_site.doctor.rows import BEYOND_GRACE, Owner, rows_by_id

FINISHING = timedelta(minutes=10)  # a job's vault is filled after its process has ended
SHOWN_PIDS = 8

_AGENT = _(
    "The agent settles this within seconds: see that it runs (manage.py serve) and what its log "
    "says of %(subject)s"
)
CODES: Codes = {
    "process_gone": Explanation(
        Severity.ERROR,
        _("%(subject)s is %(status)s, but its process no longer lives (%(why)s)"),
        _AGENT,
    ),
    "end_not_told": Explanation(
        Severity.ERROR,
        _("%(subject)s has ended on disk (exit code %(code)s), but its row still is %(status)s"),
        _AGENT,
    ),
    "never_began": Explanation(
        Severity.ERROR,
        _("%(subject)s was handed over, but no wrapper has taken it"),
        _("Read %(log)s; the agent gives it up after a minute: see that it runs (manage.py serve)"),
    ),
    "process_unknown": Explanation(
        Severity.ERROR,
        _("Nothing is known of the process of %(subject)s: %(why)s"),
        _(
            "Make the Docker engine answer (docker info as the platform's user); the process "
            "itself may go on meanwhile"
        ),
    ),
    "folder_missing": Explanation(
        Severity.ERROR,
        _("%(subject)s is %(status)s, but its folder %(folder)s is not there"),
        _("See that the folder is mounted and the folders in the settings are right; else stop it"),
    ),
    "left_over": Explanation(
        Severity.ERROR,
        _("%(subject)s has ended (%(status)s), but processes of it live: %(pids)s"),
        _("End them: kill -9 %(pids)s"),
    ),
    "orphan": Explanation(
        Severity.ERROR,
        _("Processes of %(subject)s live, of which there is no row any more: %(pids)s"),
        _("End them: kill -9 %(pids)s"),
    ),
    "doubled": Explanation(
        Severity.ERROR,
        _("%(subject)s runs more than once: %(pids)s own %(what)s"),
        _("Stop it on its page; if a process stays: kill -9 %(pids)s"),
    ),
    "container_left": Explanation(
        Severity.ERROR,
        _("The container %(name)s runs, though what it was made for has ended"),
        _("Remove it: docker rm --force %(name)s"),
    ),
    "container_kept": Explanation(
        Severity.WARNING,
        _("The ended container %(name)s was not removed"),
        _("Remove it: docker rm %(name)s"),
    ),
}


def rows_and_their_processes(facts: Facts) -> Iterator[Finding]:
    for owner in facts.mine:
        if owner.row.submitted_at is not None:
            yield from _compare(owner, facts)


def _compare(owner: Owner, facts: Facts) -> Iterator[Finding]:
    row = owner.row
    if not owner.folder.exists():
        params = {"status": row.status, "folder": owner.folder.root}
        yield Finding("folder_missing", owner.subject, params, owner.since)
        return
    if owner.executor is None:
        yield Finding("process_unknown", owner.subject, {"why": row.executor}, owner.since)
        return
    seen = owner.executor.status(owner.folder, row.handle)
    if seen.state is ProcessState.LOST:
        yield Finding(
            "process_gone", owner.subject, {"status": row.status, "why": seen.code}, owner.since
        )
    elif seen.state is ProcessState.UNKNOWN:
        why = seen.params.get("why", seen.code)
        yield Finding("process_unknown", owner.subject, {"why": why}, owner.since)
    else:
        yield from _late(owner, seen, facts)


def _late(owner: Owner, seen: Observation, facts: Facts) -> Iterator[Finding]:
    begin_by = owner.row.submitted_at + timedelta(seconds=BEGIN_SECONDS) + BEYOND_GRACE
    if seen.state is ProcessState.STARTING and facts.now > begin_by:
        log = owner.folder.control / "wrapper.log"
        yield Finding("never_began", owner.subject, {"log": log}, owner.row.submitted_at)
    yield from _ended(owner, seen, facts)


def _ended(owner: Owner, seen: Observation, facts: Facts) -> Iterator[Finding]:
    if seen.result is None:
        return
    at = datetime.fromtimestamp(seen.result.finished_at, tz=UTC)
    grace = FINISHING if owner.kind == "job" else BEYOND_GRACE
    if facts.now - at > grace:
        params = {"code": seen.result.returncode, "status": owner.row.status}
        yield Finding("end_not_told", owner.subject, params, at)


def processes_and_their_rows(facts: Facts) -> Iterator[Finding]:
    by_id: dict[str, list[Program]] = defaultdict(list)
    for program in facts.programs:
        by_id[str(program.id)].append(program)
    for id, programs in by_id.items():
        owner = programs[0].owner
        if owner is None:
            yield Finding("orphan", id, {"pids": _pids(programs)})
        elif not owner.active:
            yield _left_over(owner, programs)
        else:
            yield from _of_active(owner, programs)


def _of_active(owner: Owner, programs: list[Program]) -> Iterator[Finding]:
    """Those of an earlier attempt are left over; two wrappers of this one are one too many."""
    now = [one for one in programs if _is_current(owner, one)]
    if len(now) < len(programs):
        yield _left_over(owner, [one for one in programs if one not in now])
    wrappers = [one for one in now if one.is_wrapper]
    if len(wrappers) > 1:
        params = {"pids": _pids(wrappers), "what": owner.folder.root}
        yield Finding("doubled", owner.subject, params, owner.since)


def _is_current(owner: Owner, program: Program) -> bool:
    return program.key in owner.run_dirs if program.is_wrapper else program.key in ("", owner.key)


def _left_over(owner: Owner, programs: list[Program]) -> Finding:
    row = owner.row
    ended = getattr(row, "finished_at", None) or getattr(row, "stopped_at", None)
    params = {"status": row.status, "pids": _pids(programs)}
    return Finding("left_over", owner.subject, params, ended)


def _pids(programs: Iterable[Program]) -> str:
    return " ".join(str(pid) for pid in sorted({one.pid for one in programs})[:SHOWN_PIDS])


def containers_and_their_rows(facts: Facts) -> Iterator[Finding]:
    containers = facts.docker.containers if facts.docker else []
    current = {owner.key for owner in facts.rows}
    ended = [one for one in containers if one.key not in current and UUID_TEXT.match(one.key)]
    known = rows_by_id({UUID(one.key[:36]) for one in ended})
    for one in ended:
        if UUID(one.key[:36]) in known or any(is_below_ours(path) for path in one.sources):
            code = "container_left" if one.running else "container_kept"
            yield Finding(code, one.key, {"name": one.name})


CHECKS = [rows_and_their_processes, processes_and_their_rows, containers_and_their_rows]
