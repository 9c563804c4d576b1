"""Reads of deployments, their figures, the GPUs and the usage."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.ownership import PreparedVisible, find_visible, visible
from core.errors import Invalid, NotFound
from core.execution.log_text import log_tail
from core.execution.models import Host, Lease, LeaseKind
from core.execution.platform_lines import iso
from core.identifiers import as_uuid
from core.prepared import Prepared, prefetched
from deployments.choices import DeploymentStatus
from deployments.models import Adapter, Deployment, EngineSample, Usage
from deployments.run.paths import run_folder
from deployments.watch import health

MAX_SAMPLES = 720


def deployment_list(
    actor: Actor, *, model: str = "", tag: str = "", status: str = ""
) -> QuerySet[Deployment]:
    """Those that the actor sees, newest first. Raises Invalid for an unknown status.

    `model`: part of the model's path; `tag`: one tag exactly; `status`: exactly, in any case.
    """
    rows = visible(Deployment.objects.select_related("owner", "team"), actor.user)
    rows = rows.prefetch_related("adapters")
    if model:
        rows = rows.filter(model_path__contains=model)
    if status:
        if status.lower() not in DeploymentStatus.values:
            raise Invalid(
                _("Must be one of %(allowed)s") % {"allowed": ", ".join(DeploymentStatus.values)},
                field="status",
            )
        rows = rows.filter(status=status.lower())
    return rows.filter(HasTag(F("tags"), Value(tag))) if tag else rows


class HasTag(Func):
    """Whether a JSON list holds a text."""

    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "EXISTS (SELECT 1 FROM json_each(%(expressions)s)"
        return self.as_sql(
            compiler, connection, template=f"{template})", arg_joiner=") WHERE value = (", **more
        )

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="(%(expressions)s)", arg_joiner=" ? ", **more
        )


_UNSHOWN = {"history", "load"}  # in a list of the API: the longest to decode
_FIELDS = [field.name for field in Deployment._meta.concrete_fields if field.name not in _UNSHOWN]
_ALL = PreparedVisible(
    lambda: Deployment.objects.select_related("owner", "team").only(
        *_FIELDS, "owner__username", "team__name"
    )
)
_ADAPTERS = Prepared(lambda: Adapter.objects.order_by("name"))


def _deployments(actor: Actor) -> list[Deployment]:
    """All that the actor sees, newest first, with their adapters."""
    rows = _ALL.objects(actor)
    if rows:
        adapters: dict[Any, list[Adapter]] = {}
        for adapter in _ADAPTERS.objects():
            adapters.setdefault(adapter.deployment_id, []).append(adapter)
        for row in rows:
            prefetched(row, "adapters", adapters.get(row.id, []))
    return rows


def deployment_list_fresh(actor: Actor, **filters: str) -> list[Deployment]:
    """The same with every engine asked for its health now.

    Answers within DEPLOY_HTTP_TIMEOUT, however many of them are dead. Nothing is written: what
    their processes do is looked at by the hosts that run them.
    """
    wanted = any(filters.values())
    rows = (
        list(deployment_list(actor, **filters).defer(*_UNSHOWN)) if wanted else _deployments(actor)
    )
    health.check_now(rows)
    return rows


def deployment_get_fresh(actor: Actor, deployment_id: object) -> Deployment:
    """One of them, asked in the same way. Raises NotFound."""
    row = deployment_get(actor, deployment_id)
    health.check_now([row])
    return row


def deployment_get(actor: Actor, deployment_id: object) -> Deployment:
    """Raises NotFound."""
    rows = Deployment.objects.select_related("owner", "team").prefetch_related("adapters")
    found = find_visible(rows.filter(id=as_uuid(deployment_id)), actor)
    if found is None:
        raise NotFound(_("There is no such deployment"))
    return found


def deployment_log_tail(deployment: Deployment, lines: int = 500) -> list[str]:
    return log_tail(run_folder(deployment), lines)


def deployment_status(deployment: Deployment) -> dict[str, Any]:
    """The live facts of a deployment, as the event stream and the page show them."""
    return {
        "status": deployment.status,
        "health_ok": deployment.health_ok,
        "health_at": iso(deployment.health_at) if deployment.health_at else None,
        "health_ms": deployment.health_ms,
        "phase": deployment.phase,
        "reason": deployment.reason,
        "notice": deployment.notice,
        "port": deployment.port,
        "pid": deployment.pid,
        "gpu_ids": deployment.gpu_ids,
        "restart_count": deployment.restart_count,
        "restart_reason": deployment.restart_reason,
        "load": deployment.load,
        "history": health_strip(deployment),
        "finished_at": (
            iso(deployment.stopped_at) if deployment.stopped_at and not deployment.is_active
            else None
        ),
        "stop_requested": deployment.stop_requested_at is not None,
    }  # fmt: skip


def health_strip(deployment: Deployment) -> list[str]:
    """The last hour by the minute: up, slow, down, or nothing known."""
    known = dict(deployment.history)
    now = int(timezone.now().timestamp()) // health.BUCKET_SECONDS
    return [known.get(minute, "") for minute in range(now - health.BUCKETS + 1, now + 1)]


def deployment_samples(
    deployment: Deployment, since: datetime | None = None
) -> list[dict[str, Any]]:
    """The engine's figures of the last two hours, oldest first, at most 720."""
    rows = EngineSample.objects.filter(deployment=deployment).order_by("-at")
    if since is not None:
        rows = rows.filter(at__gt=since)
    fields = ("at", "running", "waiting", "kv_cache", "tokens_per_second", "first_token_ms")
    found = [dict(zip(fields, row, strict=True)) for row in rows.values_list(*fields)[:MAX_SAMPLES]]
    for one in found:
        one["at"] = one["at"].timestamp()
    return found[::-1]


def gpu_list(actor: Actor) -> list[dict[str, Any]]:
    """Hosts with their GPUs: the driver's facts, who holds each (`holder` if one may see it)."""
    leases = {
        (lease.host, lease.value): lease for lease in Lease.objects.filter(kind=LeaseKind.GPU)
    }
    seen = {
        row.id: row
        for row in visible(Deployment.objects.all(), actor.user).filter(
            id__in=[lease.holder_id for lease in leases.values()]
        )
    }
    hosts = []
    for host in Host.objects.all():
        gpus = []
        for gpu in host.gpus:
            lease = leases.get((host.name, str(gpu["index"])))
            holder = seen.get(lease.holder_id) if lease else None
            gpus.append({**gpu, "leased": lease is not None, "holder": holder})
        hosts.append({"host": host, "gpus": gpus})
    return hosts


def usage_list(actor: Actor, days: int = 30) -> QuerySet[Usage]:
    """Usage of the last days: one's own, for operators everybody's."""
    since = timezone.now().date() - timedelta(days=days)
    rows = Usage.objects.filter(day__gte=since).select_related("user")
    return rows if actor.sees_all else rows.filter(user=actor.user)


def host_silent(deployment: Deployment) -> bool:
    """Whether the host that runs it has not reported for a while."""
    if deployment.host == settings.PLATFORM_HOST or not deployment.is_active:
        return False
    host = Host.objects.filter(name=deployment.host).first()
    return host is None or not host.is_alive
