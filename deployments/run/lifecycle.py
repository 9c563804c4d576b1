"""What the worker and the agent do with deployments: launch, observe, settle, sweep.

`deployment_launch` and `deployment_reconcile` may be called by anybody, any number of times, at
any moment. Only the host that owns a deployment looks at its processes.
"""

from __future__ import annotations

import logging
import shlex
import shutil
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from core.errors import PlatformError
from core.execution.claims import claim
from core.execution.executor import ExecutorError, Observation, ProcessState, Spec
from core.execution.leases import can_bind, free_port, lease_release, lease_take, lock_host
from core.execution.models import LeaseKind
from core.execution.registry import executor_named
from core.execution.run_folder import read_range
from core.files.uploads import FULL_DISK_ERRORS
from deployments.choices import ACTIVE, DeploymentStatus
from deployments.models import Deployment, DeploymentEvent
from deployments.run import endings
from deployments.run.engine_key import VARIABLE, engine_key, signing_key_id
from deployments.run.environment import (
    engine_argv,
    engine_environment,
    names_served,
    read_paths,
)
from deployments.run.log_reader import phase_in
from deployments.run.messages import render
from deployments.run.paths import attempts_folder, log_path, run_folder
from deployments.run.placement import holder_of
from deployments.run.state import event_add, events_flush, transition

BEGIN_SECONDS = 60  # from hand-over to the wrapper's claim
UNCLAIMED_SECONDS = 3  # then the agent launches what the worker never took
DEAF_SECONDS = 3  # a wrapper that has not killed its tree by then is killed with it
LOG_CHUNK = 256 * 1024
logger = logging.getLogger(__name__)


def shown_command(deployment: Deployment) -> str:
    """The command line as a person would type it."""
    return shlex.join(engine_argv(deployment))


def deployment_launch(deployment_id: UUID | str) -> None:
    """Start one that waits, exactly once: the claim is ours, the wrapper's claim is final."""
    deployment = _take(deployment_id)
    if deployment is None:
        return
    try:
        spec = _prepare(deployment)
        if spec is None:
            return
        handle = executor_named(deployment.executor).submit(spec)
    except ExecutorError as error:
        endings.settle_end(deployment, error.code, dict(error.params))
        return
    except OSError as error:
        full = error.errno in FULL_DISK_ERRORS
        code, params = ("storage_full", {}) if full else ("prepare_failed", {"why": str(error)})
        endings.settle_end(deployment, code, params)
        return
    except PlatformError as error:  # the rules have become stricter since it was asked for
        endings.settle_end(deployment, "prepare_failed", {"why": error.message})
        return
    except BaseException:
        # Not ours to judge (the database went away, say): let the sweep take it up again.
        Deployment.objects.filter(
            id=deployment.id, attempt=deployment.attempt, submitted_at=None
        ).update(claimed_at=None, claimed_by={})
        raise
    Deployment.objects.filter(id=deployment.id, attempt=deployment.attempt).update(
        handle=handle, submitted_at=timezone.now()
    )
    deployment_reconcile(deployment.id)
    events_flush(deployment)


def _take(deployment_id: UUID | str) -> Deployment | None:
    """Claim it for this process, or None if it is not to be launched, or not by us."""
    row = Deployment.objects.filter(id=deployment_id, submitted_at=None).first()
    if row is None or row.host != settings.PLATFORM_HOST or not _due(row):
        return None
    if row.status == DeploymentStatus.STOPPING:
        # Its claimer died between claim and hand-over; handing over once more finds out what
        # was started, and the stop file ends it or keeps it from beginning.
        if row.claimed_at is None:
            return None
    elif row.status != DeploymentStatus.STARTING:
        return None
    if not claim(row, status=row.status, attempt=row.attempt):
        return None
    row = Deployment.objects.get(id=deployment_id)
    if not row.executor:
        row.executor = "container" if settings.DEPLOY_LAUNCHER == "container" else "local"
        row.save(update_fields=["executor"])
    return row


def _due(row: Deployment) -> bool:
    if row.next_launch_at is None:
        return True
    wait = row.next_launch_at - timezone.now()
    # A clock that jumped back must not make it wait for longer than any back-off is.
    return wait <= timedelta(0) or wait > timedelta(seconds=endings.MAX_BACKOFF)


def _prepare(deployment: Deployment) -> Spec | None:
    """Make the attempt's folder and say what to start; None if it was settled otherwise."""
    folder = run_folder(deployment)
    folder.create()
    if deployment.status == DeploymentStatus.STOPPING:
        folder.request_stop()
    elif folder.claim() is None and not _has_port(deployment):
        return None
    if folder.claim() is None:
        Deployment.objects.filter(id=deployment.id).update(
            attempt_offset=folder.log_size(), log_offset=folder.log_size()
        )
    events_flush(deployment)  # before the engine writes: a line of ours must not fall into its
    argv = engine_argv(deployment)
    deployment.engine_key_id = signing_key_id()
    Deployment.objects.filter(id=deployment.id).update(
        vllm_cmd=shlex.join(argv),
        served_names=names_served(deployment.model_path, deployment.extra_args),
        engine_key_id=deployment.engine_key_id,
    )
    key = f"{deployment.id}-{deployment.attempt}"
    return Spec(
        key=key,
        folder=folder,
        argv=argv,
        env=engine_environment(deployment, key),
        digest={},
        grace=None,
        opening=_opening(deployment, argv),
        cwd=str(folder.output),
        mounts=read_paths(deployment),
        secrets={VARIABLE: engine_key(deployment)},
    )


def _opening(deployment: Deployment, argv: list[str]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return render("launched", _place(deployment, shlex.join(argv)))


def _place(deployment: Deployment, command: str) -> dict[str, str]:
    return {
        "host": deployment.host,
        "port": str(deployment.port),
        "gpus": ", ".join(map(str, deployment.gpu_ids)) or "–",
        "command": command,
    }


def _has_port(deployment: Deployment) -> bool:
    """Asked only before our own engine can have bound it."""
    return can_bind(deployment.port or 0) or next_port(deployment)


def next_port(deployment: Deployment) -> bool:
    """Swap its port for another that is free; a deployment without one left ends."""
    low, high = settings.DEPLOY_PORT_LOW, settings.DEPLOY_PORT_HIGH
    old = deployment.port
    with transaction.atomic():
        lock_host(deployment.host)
        port = free_port(deployment.host, low, high, avoid=[old] if old else [])
        if port is not None:
            lease_release(holder_of(deployment), LeaseKind.PORT)
            lease_take(holder_of(deployment), deployment.host, LeaseKind.PORT, [str(port)])
            Deployment.objects.filter(id=deployment.id).update(port=port)
            event_add(
                deployment, code="next_port", params={"old": str(old), "port": str(port)},
                level="warning",
            )  # fmt: skip
    if port is None:
        params = {"low": str(low), "high": str(high)}
        transition(deployment, DeploymentStatus.FAILED, code="no_port", params=params)
        return False
    deployment.port = port
    return True


def deployment_reconcile(deployment_id: UUID | str) -> Deployment | None:
    """Make the row say what is true on the machine; the only way observed facts become state."""
    row = Deployment.objects.filter(id=deployment_id).first()
    if row is not None:
        look(row)
    return row


def look(row: Deployment) -> None:
    """Reconcile a row that was just read; it is changed in place."""
    if row.host != settings.PLATFORM_HOST:
        return
    if not row.is_active:
        events_flush(row)
    elif row.submitted_at is None:
        if row.kill_reason_code and row.claimed_at is None:
            # A restart was asked for of one that waits to be launched: it need not wait.
            Deployment.objects.filter(id=row.id, submitted_at=None).update(
                kill_reason_code="", force_requested_at=None, next_launch_at=None
            )
    else:
        _compare(row)


def _compare(row: Deployment) -> None:
    executor, folder = executor_named(row.executor), run_folder(row)
    if _to_be_killed(row):
        folder.request_kill()
    elif row.stop_requested_at is not None or row.kill_reason_code:
        folder.request_stop()
    settle(row, executor.status(folder, row.handle))


def _to_be_killed(row: Deployment) -> bool:
    forced = row.force_requested_at
    due = forced is not None and forced <= timezone.now()
    return due or row.kill_reason_code in endings.KILLS


def settle(row: Deployment, seen: Observation) -> None:
    """Apply one observation of its processes."""
    _note(row, seen)
    executor, handle = executor_named(row.executor), row.handle
    if seen.state is ProcessState.EXITED and seen.result is not None:
        endings.settle_exit(row, seen.result)
        executor.discard(handle)
    elif seen.state is ProcessState.LOST:
        if seen.code == "wrapper_gone":
            _kill_leftovers(row)
        endings.settle_end(row, seen.code, dict(seen.params))
        executor.discard(handle)
    elif seen.state is ProcessState.STARTING:
        _settle_unbegun(row)
    elif seen.state is ProcessState.RUNNING:
        _observe(row, seen)


def _note(row: Deployment, seen: Observation) -> None:
    code = seen.code if seen.state is ProcessState.UNKNOWN else ""
    process_notices = {"", "engine_unreachable"}
    if code != row.notice_code and row.notice_code in process_notices:
        params = seen.params if code else {}
        Deployment.objects.filter(id=row.id).update(notice_code=code, notice_params=params)
        row.notice_code, row.notice_params = code, dict(params)


def _kill_leftovers(row: Deployment) -> None:
    """The engine may have outlived its wrapper; a deployment that ended owns no process."""
    try:
        executor_named(row.executor).kill(run_folder(row), row.handle)
    except ExecutorError as error:
        logger.warning("%s: leftovers not killed: %s %s", row.id, error.code, error.params)


def _settle_unbegun(row: Deployment) -> None:
    if row.submitted_at and timezone.now() - row.submitted_at > timedelta(seconds=BEGIN_SECONDS):
        _kill_leftovers(row)
        endings.settle_end(row, "never_began", {})


def _observe(row: Deployment, seen: Observation) -> None:
    """It lives: who it is, what it does, whether it takes too long or does not hear."""
    changes: dict[str, Any] = {}
    if seen.pid and row.pid != seen.pid:
        changes["pid"] = row.pid = seen.pid
    if row.status == DeploymentStatus.STARTING:
        changes |= _phase(row)
        waited = endings.observed_seconds(row)
        if waited > settings.DEPLOY_START_TIMEOUT and not row.kill_reason_code:
            changes["kill_reason_code"] = "start_timeout"
    if changes:
        Deployment.objects.filter(id=row.id, attempt=row.attempt).update(**changes)
    _kill_if_deaf(row)


def _phase(row: Deployment) -> dict[str, Any]:
    """What the part of its log that is new says it is doing."""
    data = read_range(log_path(row.id), row.log_offset, LOG_CHUNK)
    if not data:
        return {} if row.phase_code != "queued" else {"phase_code": "process_started"}
    changes: dict[str, Any] = {"log_offset": row.log_offset + len(data)}
    if found := phase_in(data.decode("utf-8", "replace")):
        changes["phase_code"], changes["phase_params"] = found
        row.phase_code, row.phase_params = found
    elif row.phase_code == "queued":
        changes["phase_code"] = "process_started"
    return changes


def _kill_if_deaf(row: Deployment) -> None:
    """A wrapper that does not kill when told (frozen, say) is killed with its tree."""
    forced = row.force_requested_at
    if forced and timezone.now() - forced > timedelta(seconds=DEAF_SECONDS):
        _kill_leftovers(row)


def deployment_sweep() -> None:
    """Launch what nobody took, look at every active one of this host, write what is unwritten."""
    mine = Deployment.objects.filter(host=settings.PLATFORM_HOST, status__in=ACTIVE)
    overdue = timezone.now() - timedelta(seconds=UNCLAIMED_SECONDS)
    for row in list(mine.filter(submitted_at=None)):
        if row.next_launch_at is not None or row.claimed_at or row.updated_at < overdue:
            deployment_launch(row.id)
    for deployment_id in list(mine.values_list("id", flat=True)):
        deployment_reconcile(deployment_id)
    unwritten = DeploymentEvent.objects.filter(written=False).values_list("deployment_id")
    for row in Deployment.objects.filter(host=settings.PLATFORM_HOST, id__in=unwritten):
        events_flush(row)


def forget(deployment: Deployment) -> None:
    """Remove what only the platform needs; the log stays until housekeeping."""
    shutil.rmtree(attempts_folder(deployment.id), ignore_errors=True)


def prune_logs() -> None:
    """Housekeeping: logs of removed deployments after DEPLOY_LOG_DAYS."""
    oldest = time.time() - settings.DEPLOY_LOG_DAYS * 86400
    root = log_path(UUID(int=0)).parent
    for path in root.glob("*.log") if root.is_dir() else ():
        try:
            known = Deployment.objects.filter(id=UUID(path.stem)).exists()
            if not known and path.stat().st_mtime < oldest:
                path.unlink()
        except (ValueError, OSError):
            continue  # not a log of ours, or gone meanwhile
