"""What people ask of deployments: launch, stop, restart, remove."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from core.accounts import audit
from core.accounts.actor import Actor
from core.command_template import takes_extra_args
from core.errors import Conflict, Invalid, StorageFull, Unavailable
from core.execution.hosts import hosts_known
from core.full_disk import FULL_DISK_ERRORS, STORAGE_FULL_MESSAGE
from deployments import adapters
from deployments.choices import ACTIVE, DeploymentStatus, RestartPolicy
from deployments.models import Deployment
from deployments.rules.checks import check_extra_args, check_health_path, check_tags
from deployments.rules.engine_options import EngineOptions, engine_options
from deployments.rules.extra_args import split_extra_args
from deployments.rules.model_paths import check_model, is_like_a_model, local_model
from deployments.rules.sizing import model_size
from deployments.run import lifecycle
from deployments.run.attempts import fresh_attempt
from deployments.run.environment import model_argument
from deployments.run.paths import log_path
from deployments.run.placement import Wish, place_take
from deployments.run.state import event_add, events_flush, transition

POLL = 0.05
FORCE_SECONDS = 10.0


@dataclass(frozen=True)
class Launch:
    """A launch as it was asked for."""

    model_path: str
    model_version: str | None = None
    tags: list[str] = field(default_factory=list)
    extra_args: str = ""
    preferred_gpu: int | None = None
    health_path: str = "/health"
    restart_policy: str = RestartPolicy.NEVER
    host: str | None = None
    source_run: UUID | None = None
    adapters: Sequence[adapters.NewAdapter] = ()


def deployment_launch(*, actor: Actor, launch: Launch) -> Deployment:
    """Lease a place, record, hand the launch to the worker of its host; waits on no engine.

    Raises Forbidden, Invalid naming the field, Unavailable (no port or GPU), StorageFull.
    """
    actor.require("deployments.add_deployment")
    options = _checked(actor, launch)
    deployment = Deployment(
        owner=actor.user,
        model_path=launch.model_path,
        model_version=launch.model_version,
        tags=launch.tags,
        extra_args=launch.extra_args,
        preferred_gpu=launch.preferred_gpu,
        health_path=launch.health_path,
        restart_policy=launch.restart_policy,
        source_run=launch.source_run,
        served_names=options.served_names or [model_argument(launch.model_path)],
    )
    folder = local_model(launch.model_path)
    if folder is None:
        deployment.warnings = [["remote_name", {"model": launch.model_path}]]
    elif not is_like_a_model(folder):
        deployment.warnings = [["no_config", {"model": launch.model_path}]]
    wish = Wish(
        options=options,
        size=model_size(folder) if folder else None,
        preferred_gpu=launch.preferred_gpu,
        host=launch.host,
    )
    _make_log(deployment)
    try:
        _record(actor, deployment, launch, wish)
    except BaseException:
        log_path(deployment.id).unlink(missing_ok=True)
        raise
    events_flush(deployment)
    return deployment


def _checked(actor: Actor, launch: Launch) -> EngineOptions:
    check_model(actor, launch.model_path)
    check_health_path(launch.health_path)
    check_tags(launch.tags)
    if launch.restart_policy not in RestartPolicy.values:
        raise Invalid(
            _("Must be one of %(allowed)s") % {"allowed": ", ".join(RestartPolicy.values)},
            field="restart_policy",
        )
    arguments = split_extra_args(launch.extra_args)
    if arguments and not takes_extra_args(settings.VLLM_CMD_TEMPLATE):
        raise Invalid(
            _("VLLM_CMD_TEMPLATE has no {extra_args} here: none can be given"), field="extra_args"
        )
    check_extra_args(actor, arguments)
    return engine_options(arguments)


def _make_log(deployment: Deployment) -> None:
    try:
        log_path(deployment.id).parent.mkdir(parents=True, exist_ok=True)
        log_path(deployment.id).touch()
    except OSError as error:
        if error.errno in FULL_DISK_ERRORS:
            raise StorageFull(STORAGE_FULL_MESSAGE) from error
        raise Unavailable(
            _("DEPLOY_LOG_DIR cannot be written: %(why)s") % {"why": error.strerror}
        ) from error


def _record(actor: Actor, deployment: Deployment, launch: Launch, wish: Wish) -> None:
    hosts = hosts_known()
    with transaction.atomic():
        place = place_take(deployment, hosts, wish)
        deployment.host, deployment.port = place.host, place.port
        deployment.gpu_ids = place.gpu_ids
        deployment.warnings = [*deployment.warnings, *place.warnings]
        deployment.phase_code, deployment.phase_params = "queued", {"host": place.host}
        deployment.save(force_insert=True)
        adapters.adapters_make(actor, deployment, launch.adapters)
        deployment.vllm_cmd = lifecycle.shown_command(deployment)
        deployment.save(update_fields=["vllm_cmd"])
        params = {"model": deployment.model_path, "host": place.host, "port": str(place.port)}
        event_add(deployment, code="created", params=params)
        fields = ("model_path", "extra_args", "host", "port", "gpu_ids", "visibility")
        audit.created(actor, "deployment.launch", deployment, *fields)
        enqueue("deployment_launch", deployment)


def enqueue(task: str, deployment: Deployment) -> None:
    """Give a task to the worker of the deployment's host."""
    async_task(f"deployments.tasks.{task}", str(deployment.id), cluster=deployment.host)


def deployment_stop(*, actor: Actor, deployment: Deployment, force: bool = False) -> Deployment:
    """Ask for its end: SIGTERM, or with `force` SIGKILL to the whole tree. Twice is once.

    Raises Conflict if it has ended.
    """
    actor.require("deployments.change_deployment", deployment)
    now = timezone.now()
    code = "force_requested" if force else "stop_requested"
    if deployment.status in (DeploymentStatus.STARTING, DeploymentStatus.RUNNING):
        if deployment.submitted_at is None and deployment.claimed_at is None:
            _stop_unstarted(actor, deployment)
        else:
            forced = now if force else None
            transition(
                deployment, DeploymentStatus.STOPPING, code=code, stop_requested_at=now,
                within=lambda row: _audit_stop(actor, row, force),
                force_requested_at=forced,
            )  # fmt: skip
    deployment.refresh_from_db()
    if deployment.status in (DeploymentStatus.STARTING, DeploymentStatus.RUNNING):
        return deployment_stop(actor=actor, deployment=deployment, force=force)  # it has moved on
    if not deployment.is_active:
        return deployment
    forced = deployment.force_requested_at
    if force and (forced is None or forced > now):
        _force(actor, deployment, now)
        deployment.refresh_from_db()
    enqueue("deployment_reconcile", deployment)
    return deployment


def _stop_unstarted(actor: Actor, deployment: Deployment) -> None:
    """Nobody has taken it: a claim needs the status that this changes, so nobody will."""
    lifecycle.MACHINE.stop_unclaimed(
        deployment, stop_requested_at=timezone.now(),
        within=lambda row: _audit_stop(actor, row, force=False),
    )  # fmt: skip


def _audit_stop(actor: Actor, deployment: Deployment, force: bool) -> None:
    audit.record(actor, "deployment.stop", deployment, changes={"force": [None, force]})


@transaction.atomic
def _force(actor: Actor, deployment: Deployment, now: datetime) -> None:
    rows = Deployment.objects.filter(id=deployment.id, status__in=ACTIVE)
    if rows.update(force_requested_at=now):
        event_add(deployment, code="force_requested", level="warning")
        _audit_stop(actor, deployment, force=True)


def deployment_remove(*, actor: Actor, deployment: Deployment, force: bool = False) -> None:
    """Stop it, wait for its end, forget it; its log stays for DEPLOY_LOG_DAYS.

    Without `force` it waits DEPLOY_TERMINATE_TIMEOUT and raises Conflict if the engine outlives
    that: it then stays, `stopping`.
    """
    actor.require("deployments.delete_deployment", deployment)
    if deployment.is_active:
        deployment = deployment_stop(actor=actor, deployment=deployment, force=force)
        wait = max(FORCE_SECONDS, settings.DEPLOY_TERMINATE_TIMEOUT) if force else (
            settings.DEPLOY_TERMINATE_TIMEOUT
        )  # fmt: skip
        deployment = _wait_for_end(deployment, wait)
    with transaction.atomic():
        locked = Deployment.objects.select_for_update().filter(id=deployment.id).first()
        if locked is None:
            return  # somebody else removed it meanwhile
        if locked.is_active:
            raise Conflict(
                _("The engine did not end within %(seconds)s s; use force=true to kill it")
                % {"seconds": settings.DEPLOY_TERMINATE_TIMEOUT}
            )
        changes = {"model": [locked.model_path, None]}
        audit.record(actor, "deployment.remove", locked, changes=changes)
        locked.delete()
    lifecycle.forget(deployment)


def _wait_for_end(deployment: Deployment, seconds: float) -> Deployment:
    """Watch its row: its end is brought about, and seen, by the host that runs it."""
    deadline = time.monotonic() + seconds
    while deployment.is_active and time.monotonic() < deadline:
        time.sleep(POLL)
        found = Deployment.objects.filter(id=deployment.id).first()
        if found is None:
            return deployment
        deployment = found
    return deployment


def deployment_restart(*, actor: Actor, deployment: Deployment) -> Deployment:
    """Start it again: one that ended gets a new place, one that runs is stopped first.

    Raises Invalid, Unavailable, Conflict while it is being stopped.
    """
    actor.require("deployments.change_deployment", deployment)
    if deployment.status == DeploymentStatus.STOPPING:
        raise Conflict(_("It is being stopped: wait for its end, or force it"))
    if deployment.status not in ACTIVE:
        return _start_again(actor, deployment)
    asked = _end_to_restart(actor, deployment)
    if asked and deployment.submitted_at is not None:
        enqueue("deployment_reconcile", deployment)
    deployment.refresh_from_db()
    if not asked:  # it has ended meanwhile
        return _start_again(actor, deployment)
    return deployment


@transaction.atomic
def _end_to_restart(actor: Actor, deployment: Deployment) -> bool:
    """False if it has ended. One that waits to be launched need only not wait any longer."""
    active = Deployment.objects.filter(id=deployment.id, status__in=ACTIVE)
    asked = active.filter(submitted_at=None, claimed_at=None).update(next_launch_at=None)
    if not asked:
        # SIGTERM first; an engine that outlives it is killed, since it is to end in any case.
        deadline = timezone.now() + timedelta(seconds=settings.DEPLOY_TERMINATE_TIMEOUT)
        asked = active.update(kill_reason_code="restart_requested", force_requested_at=deadline)
    if asked:
        event_add(deployment, code="restart_requested")
        audit.record(actor, "deployment.restart", deployment)
    return bool(asked)


def _start_again(actor: Actor, deployment: Deployment) -> Deployment:
    arguments = split_extra_args(deployment.extra_args)
    check_extra_args(actor, arguments)
    check_model(actor, deployment.model_path)
    folder = local_model(deployment.model_path)
    wish = Wish(
        options=engine_options(arguments),
        size=model_size(folder) if folder else None,
        preferred_gpu=deployment.preferred_gpu,
        host=None,
    )
    hosts = hosts_known()
    _make_log(deployment)
    with transaction.atomic():
        place = place_take(deployment, hosts, wish)
        moved = transition(
            deployment, DeploymentStatus.STARTING, code="restart_requested",
            host=place.host, port=place.port, gpu_ids=place.gpu_ids, warnings=place.warnings,
            started_at=timezone.now(), streak=0, ports_tried=0,
            **fresh_attempt(deployment),
        )  # fmt: skip
        if not moved:
            raise Conflict(_("Somebody else has just started it"))
        Deployment.objects.filter(id=deployment.id).update(
            vllm_cmd=lifecycle.shown_command(deployment)
        )
        audit.record(actor, "deployment.restart", deployment)
        enqueue("deployment_launch", deployment)
    deployment.refresh_from_db()
    return deployment
