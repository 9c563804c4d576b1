"""Hosts: seen lately, known at all, agreed on the time, named as before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.execution.models import Host
from core.execution.process_identity import boot_id
from platform_site.doctor.facts import Facts
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity

CLOCK_SLACK = timedelta(seconds=5)

CODES: Codes = {
    "host_silent": Explanation(
        Severity.ERROR,
        _("The host %(subject)s has not reported; on it hang: %(hanging)s"),
        _(
            "Start the platform there (manage.py serve); if the host is gone for good: manage.py "
            "give_up_host %(subject)s"
        ),
    ),
    "host_away": Explanation(
        Severity.WARNING,
        _("The host %(subject)s has not reported; nothing hangs on it"),
        _(
            "Start the platform there (manage.py serve); if the host is gone for good: manage.py "
            "give_up_host %(subject)s"
        ),
    ),
    "host_unknown": Explanation(
        Severity.ERROR,
        _("No host is called %(subject)s, but rows hang on it: %(hanging)s"),
        _("Set PLATFORM_HOST of that machine back to this name and restart it"),
    ),
    "host_renamed": Explanation(
        Severity.ERROR,
        _("This machine was called %(subject)s and is %(here)s now; on the old name hang: "
          "%(hanging)s"),
        _("Set PLATFORM_HOST=%(subject)s until these have ended"),
    ),
    "host_ahead": Explanation(
        Severity.ERROR,
        _("The clock of %(subject)s is %(seconds)s s ahead of this machine's"),
        _("Keep both by NTP (timedatectl status)"),
    ),
    "gpus_unreadable": Explanation(
        Severity.WARNING,
        _("The GPUs of %(subject)s cannot be read: %(why)s"),
        _("Run nvidia-smi there; with GPU_INVENTORY a file, mend that file"),
    ),
    "sqlite_shared": Explanation(
        Severity.ERROR,
        _("Several hosts share one SQLite database: %(subject)s"),
        _("Move to PostgreSQL (DATABASE_URL) before a second host is used"),
    ),
}  # fmt: skip


def hosts_seen(facts: Facts) -> Iterator[Finding]:
    hanging = _hanging(facts)
    for host in facts.hosts.values():
        if host.seen_at - facts.now > CLOCK_SLACK:
            seconds = round((host.seen_at - facts.now).total_seconds())
            yield Finding("host_ahead", host.name, {"seconds": seconds})
        elif not host.is_alive and host.given_up_at is None and not _is_me(host, facts):
            code = "host_silent" if host.name in hanging else "host_away"
            params = {"hanging": hanging.get(host.name, "")}
            yield Finding(code, host.name, params, host.seen_at)
        if host.gpu_problem:
            yield Finding("gpus_unreadable", host.name, {"why": host.gpu_problem})


def hosts_named(facts: Facts) -> Iterator[Finding]:
    hanging = _hanging(facts)
    for name, what in hanging.items():
        host = facts.hosts.get(name)
        if host is None and name != facts.here:
            yield Finding("host_unknown", name, {"hanging": what})
        elif host is not None and _is_me(host, facts):
            yield Finding("host_renamed", name, {"here": facts.here, "hanging": what}, host.seen_at)


def one_writer_a_file(facts: Facts) -> Iterator[Finding]:
    """A machine that was just renamed is one host."""
    alive = [host for host in facts.hosts.values() if host.is_alive]
    if connection.vendor == "sqlite" and len({host.boot_id for host in alive}) > 1:
        yield Finding("sqlite_shared", ", ".join(sorted(host.name for host in alive)))


def _is_me(host: Host, facts: Facts) -> bool:
    """Whether it is this machine under another name: no two machines share a boot."""
    return host.name != facts.here and host.boot_id == boot_id() and not host.is_alive


def _hanging(facts: Facts) -> dict[str, str]:
    """By host: how many active rows of each kind it has."""
    counts = Counter((owner.row.host, owner.kind) for owner in facts.rows if owner.row.host)
    found: dict[str, list[str]] = {}
    for (host, kind), count in sorted(counts.items()):
        found.setdefault(host, []).append(f"{kind} ×{count}")
    return {host: ", ".join(parts) for host, parts in found.items()}


CHECKS = [hosts_seen, hosts_named, one_writer_a_file]
