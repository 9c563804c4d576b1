"""What the platform stands on: the Docker engine and the age of the last backup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.accounts.models import AuditEntry
from core.execution.docker import DockerExecutor
from platform_site.doctor.facts import Facts
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity

BACKUP_AGE = timedelta(days=8)  # of a weekly one that was late by a day

CODES: Codes = {
    "docker_silent": Explanation(
        Severity.ERROR,
        _("The Docker engine does not answer, and %(subject)s need it: %(why)s"),
        _("Start it (systemctl start docker), and let the platform's user use its socket"),
    ),
    "training_container": Explanation(
        Severity.ERROR,
        _("The training container %(subject)s is %(state)s; runs of this host train in it"),
        _("docker start %(subject)s; if it is not there: docs/training-container.md"),
    ),
    "backup_old": Explanation(
        Severity.WARNING,
        _("The last backup that was recorded is %(days)s days old"),
        _("Run manage.py backup FILE, and see why the timer does not"),
    ),
}


def docker_answers(facts: Facts) -> Iterator[Finding]:
    if facts.docker is None or not facts.docker_is_needed:
        return
    if facts.docker.problem:
        yield Finding("docker_silent", _needed_by(facts), {"why": facts.docker.problem})
    elif _trains_in_container(facts) and facts.docker.training != "running":
        params = {"state": facts.docker.training}
        yield Finding("training_container", settings.TRAINING_CONTAINER_NAME, params)


def _trains_in_container(facts: Facts) -> bool:
    runs = [owner for owner in facts.mine if owner.row.executor == DockerExecutor.name]
    return settings.TRAINING_EXECUTOR == "docker" or bool(runs)


def _needed_by(facts: Facts) -> str:
    names = []
    if _trains_in_container(facts):
        names.append("runs")
    if settings.DEPLOY_LAUNCHER == "container":
        names.append("deployments")
    return ", ".join(names) or "rows"


def backup_is_recent(facts: Facts) -> Iterator[Finding]:
    """Only where backups are made at all by our command, which writes them down."""
    last = AuditEntry.objects.filter(action="backup", refused=False).order_by("-id").first()
    if last is not None and facts.now - last.at > BACKUP_AGE:
        yield Finding("backup_old", "backup", {"days": (facts.now - last.at).days}, last.at)


CHECKS = [docker_answers, backup_is_recent]
