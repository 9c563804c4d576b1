"""Web, worker, agent and the queue between them: whether they give signs of life."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_q.models import OrmQ

from core.liveness import age
from platform_site.doctor.facts import Facts
from platform_site.doctor.findings import Codes, Explanation, Finding, Severity

PARTS = ("web", "worker", "agent")
AGENT_PATIENCE = 30.0
WEB_TIMEOUT = 3.0
TASK_PATIENCE = timedelta(minutes=1)

_AGAIN = _("Look at the output of manage.py serve, and start it again")
CODES: Codes = {
    "not_served": Explanation(
        Severity.ERROR,
        _("The platform does not run on this machine: %(subject)s has no record of it"),
        _("Start it: manage.py serve (or systemctl start llm-platform)"),
    ),
    "agent_silent": Explanation(
        Severity.ERROR, _("The agent has given no sign of life for %(seconds)s s"), _AGAIN
    ),
    "worker_silent": Explanation(
        Severity.ERROR, _("The worker has finished no task for %(seconds)s s"), _AGAIN
    ),
    "web_silent": Explanation(
        Severity.ERROR, _("The web server does not answer at %(subject)s: %(why)s"), _AGAIN
    ),
    "queue_backed_up": Explanation(
        Severity.ERROR,
        _("%(n)s tasks wait for the worker of %(subject)s"),
        _("See that the worker there runs and what its log says; the tasks are kept"),
    ),
    "queue_of_nobody": Explanation(
        Severity.ERROR,
        _("%(n)s tasks wait for the worker of %(subject)s, a host that nobody knows"),
        _("Set PLATFORM_HOST of that machine back, or delete them in /admin/django_q/ormq/"),
    ),
}


def parts_alive(facts: Facts) -> Iterator[Finding]:
    parts = _served_here()
    if not parts:
        yield Finding("not_served", str(settings.PLATFORM_VAR))
    for name, patience in (("agent", AGENT_PATIENCE), ("worker", settings.SILENCE_PATIENCE)):
        if name in parts and (silent := age(name)) > patience:
            yield Finding(f"{name}_silent", name, {"seconds": _seconds(silent)})
    if "web" in parts and (why := _web_problem()):
        yield Finding("web_silent", f"{settings.BIND_HOST}:{settings.PORT}", {"why": why})


def _served_here() -> set[str]:
    """What supervisors have written down: `serve.json` for all three, else `serve-<parts>.json`."""
    found: set[str] = set()
    for record in Path(settings.PLATFORM_VAR).glob("serve*.json"):
        named = set(record.stem.split("-")[1:]) & set(PARTS)
        found |= named or set(PARTS)
    return found


def _seconds(age: float) -> str:
    return "–" if age == float("inf") else str(round(age))


def _web_problem() -> str:
    """Why it does not answer; any answer is a sign of life."""
    link = http.client.HTTPConnection(settings.BIND_HOST, settings.PORT, timeout=WEB_TIMEOUT)
    try:
        link.request("GET", "/healthz", headers={"Host": "localhost"})
        link.getresponse()
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        link.close()
    return ""


def queue_moves(facts: Facts) -> Iterator[Finding]:
    """A task is locked into the future while a worker has it."""
    for key in OrmQ.objects.order_by().values_list("key", flat=True).distinct():
        waiting = OrmQ.objects.filter(key=key, lock__lt=timezone.now() - TASK_PATIENCE)
        if oldest := waiting.order_by("lock").first():
            known = key == facts.here or key in facts.hosts
            code = "queue_backed_up" if known else "queue_of_nobody"
            yield Finding(code, key, {"n": waiting.count()}, oldest.lock)


CHECKS = [parts_alive, queue_moves]
