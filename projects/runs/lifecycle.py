"""What the worker and the agent do with runs: launch, observe, settle, sweep.

`run_launch` and `run_reconcile` may be called by anybody, any number of times, at any moment.
Only the host that a run was given to looks at its processes.
"""

from __future__ import annotations

import logging
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation

from core.execution.claims import claim
from core.execution.executor import ExecutorError, Observation, ProcessState, Spec
from core.execution.models import Host
from core.execution.registry import choose_executor_name, executor_named
from core.execution.run_folder import Result
from core.files.uploads import FULL_DISK_ERRORS
from projects.models import ACTIVE_STATUSES, Run, RunEvent, RunOrigin, RunStatus
from projects.runs import queue
from projects.runs.checkpoints import checkpoint_take
from projects.runs.input_copies import frozen_copy, named_data
from projects.runs.messages import render
from projects.runs.metrics import run_progress_update
from projects.runs.paths import run_folder, training_dir
from projects.runs.state import event_add, events_flush, transition

BEGIN_SECONDS = 60  # from hand-over to the wrapper's claim
UNCLAIMED_SECONDS = 3  # then the agent launches a run whose task the worker never took
logger = logging.getLogger(__name__)


def run_launch(run_id: UUID | str) -> None:
    """Start a pending run, exactly once: the claim is ours, the wrapper's claim is final.

    One that needs GPUs is started when the queue has given it some, by their host.
    """
    queue.queue_advance()
    run = _claim(run_id)
    if run is None:
        return
    try:
        spec = _prepare(run)
        executor = executor_named(run.executor)
        handle = executor.submit(spec)
    except ExecutorError as error:
        transition(run, RunStatus.FAILED, code=error.code, params=dict(error.params))
        return
    except OSError as error:
        full = error.errno in FULL_DISK_ERRORS
        code, params = ("storage_full", {}) if full else ("prepare_failed", {"why": str(error)})
        transition(run, RunStatus.FAILED, code=code, params=params)
        return
    Run.objects.filter(id=run.id).update(handle=handle, submitted_at=timezone.now())
    run_reconcile(run.id)


def _claim(run_id: UUID | str) -> Run | None:
    """Take a pending run for this process, or None if it is somebody's who may still act."""
    run = Run.objects.filter(id=run_id, status=RunStatus.PENDING, submitted_at=None).first()
    if run is None:
        return None
    if run.claimed_at is None and run.stop_requested_at is not None:
        return None
    if not _is_ours_to_start(run) or not claim(run, status=RunStatus.PENDING, host=run.host):
        return None
    run = Run.objects.select_related("project").get(id=run_id)
    if not run.executor:
        # Kept before anything starts: whoever repeats this launch asks the same executor.
        run.executor = choose_executor_name()
        run.save(update_fields=["executor"])
    return run


def _is_ours_to_start(run: Run) -> bool:
    """Whether this host has been given the run; one that needs no GPU anybody may take."""
    if not run.host:
        if run.gpus_wanted:
            _tell_once(run, "waits", {"need": str(run.gpus_wanted)})
            return False
        Run.objects.filter(id=run.id, host="").update(host=settings.PLATFORM_HOST)
        run.refresh_from_db(fields=["host"])
    return run.host == settings.PLATFORM_HOST


def _tell_once(run: Run, code: str, params: dict[str, str], level: str = "info") -> None:
    if not run.events.filter(code=code).exists():
        event_add(run, code=code, params=params, level=level)
        events_flush(run)


def _prepare(run: Run) -> Spec:
    """Freeze the inputs in the run folder and say what to start. Raises ExecutorError."""
    folder = run_folder(run)
    folder.create()
    events_flush(run)  # before the script writes: a line of ours must not fall into one of its
    script = training_dir() / "scripts" / run.inputs["script"]
    if not script.is_file() or not os.access(script, os.R_OK):
        raise ExecutorError("script_missing", script=f"scripts/{run.inputs['script']}")
    config = frozen_copy(Path(run.inputs["config"]), folder.inputs)
    dataset = _dataset(run)
    checkpoint_take(run)
    argv = ["bash", str(script), str(config)]
    Run.objects.filter(id=run.id).update(command=argv)
    return Spec(
        key=str(run.id),
        folder=folder,
        argv=argv,
        env=_environment(run, dataset) | named_data(run),
        digest={
            **({"dataset": str(dataset)} if dataset else {}),
            "config": str(config),
            "script": str(script),
        },
        grace=settings.RUN_STOP_GRACE,
        opening=_opening(run),
        cwd=str(training_dir()),
    )


def _dataset(run: Run) -> Path | None:
    """What the script reads; None for a merge, which needs no data."""
    if not run.inputs["dataset"]:
        return None
    dataset = Path(run.inputs["dataset"])
    if run.inputs["uploaded"]:  # uploads lie outside the mount; files of the mount stay put
        return frozen_copy(dataset, run_folder(run).inputs)
    if not dataset.is_file():
        raise ExecutorError("input_missing", name=dataset.name)
    return dataset


def _opening(run: Run) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return render(f"submitted_{run.executor}", _place())


def _place() -> dict[str, str]:
    return {"container": settings.TRAINING_CONTAINER_NAME, "host": settings.PLATFORM_HOST}


def _environment(run: Run, dataset: Path | None) -> dict[str, str]:
    folder = run_folder(run)
    return {
        **_devices(run),
        **({"LLM_PLATFORM_DATASET": str(dataset)} if dataset else {}),
        "LLM_PLATFORM_RUN_ID": str(run.id),
        "LLM_PLATFORM_RUN_DIR": str(folder.root),
        "LLM_PLATFORM_OUTPUT_DIR": str(folder.output),
        "LLM_PLATFORM_TRAINING_DIR": str(training_dir()),
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def _devices(run: Run) -> dict[str, str]:
    """The GPUs that the run has leased and no others; untouched where the host has none at all."""
    host = Host.objects.filter(name=run.host).first()
    if not run.gpu_ids and (host is None or not host.gpus):
        return {}
    return {
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",  # as NVML counts
        "CUDA_VISIBLE_DEVICES": ",".join(map(str, run.gpu_ids)),
    }


def run_reconcile(run_id: UUID | str) -> Run | None:
    """Make the row say what is true on the machine; the only way observed facts become state."""
    run = Run.objects.filter(id=run_id).first()
    if run is None or not run.is_active:
        if run is not None:
            events_flush(run)
        return run
    if run.submitted_at is None:
        _settle_unsubmitted(run)
        return run
    if run.host not in ("", settings.PLATFORM_HOST):
        return run
    executor, folder = executor_named(run.executor), run_folder(run)
    if run.stop_requested_at is not None:
        executor.stop(folder, run.handle)
    seen = executor.status(folder, run.handle)
    run_progress_update(run)
    settle(run, seen)
    events_flush(run)
    return run


def _settle_unsubmitted(run: Run) -> None:
    """A run that nobody has handed over: stop it if asked, else leave it to a launch."""
    if run.stop_requested_at is not None and run.claimed_at is None:
        transition(run, RunStatus.STOPPED, code="stopped_before_start")


def settle(run: Run, seen: Observation) -> None:
    """Apply one observation to a submitted run."""
    _note(run, seen)
    if seen.state is ProcessState.EXITED and seen.result is not None:
        _settle_exit(run, seen.result)
    elif seen.state is ProcessState.LOST:
        _settle_lost(run, seen)
    elif seen.state is ProcessState.STARTING:
        _settle_starting(run)
    elif seen.state is ProcessState.RUNNING:
        _mark_running(run, timezone.now())
        _kill_if_deaf(run)


def _note(run: Run, seen: Observation) -> None:
    code = seen.code if seen.state is ProcessState.UNKNOWN else ""
    if code != run.notice_code:
        params = seen.params if code else {}
        Run.objects.filter(id=run.id).update(notice_code=code, notice_params=params)
        run.notice_code, run.notice_params = code, dict(params)


def _mark_running(run: Run, started_at: datetime) -> None:
    if run.status == RunStatus.PENDING:
        transition(
            run,
            RunStatus.RUNNING,
            code=f"submitted_{run.executor}",
            params=_place(),
            in_log=True,  # by the wrapper, before the script
            started_at=started_at,
        )
    digests = run_folder(run).digests()
    if digests and digests != run.digests:
        Run.objects.filter(id=run.id).update(digests=digests)
        run.digests = digests
        _compare_data(run)


def _compare_data(run: Run) -> None:
    """A resumed run goes on with its parent's data; where a file has changed since, say so."""
    if run.origin != RunOrigin.RESUME or run.parent is None:
        return
    before, now = run.parent.digests.get("dataset"), run.digests.get("dataset")
    if before and now and before != now:
        _tell_once(run, "dataset_differs", {"run": str(run.parent_id)[:8]}, "warning")


def _settle_exit(run: Run, result: Result) -> None:
    _mark_running(run, _moment(result.started_at))
    status, code, params = _verdict(run, result)
    fields: dict[str, Any] = {
        "exit_code": result.returncode,
        "finished_at": _moment(result.finished_at),
    }
    if status is RunStatus.SUCCEEDED:
        fields["progress"] = 1.0
    if run.is_active:
        transition(run, status, code=code, params=params, **fields)


def _verdict(run: Run, result: Result) -> tuple[RunStatus, str, dict[str, str]]:
    code = result.returncode
    if run.stop_requested_at is not None and not (code == 0 and run.progress >= 1.0):
        return RunStatus.STOPPED, "stopped", {}
    if result.error:
        return RunStatus.FAILED, "not_executable", {"why": result.error}
    if code == 0:
        return RunStatus.SUCCEEDED, "succeeded", {}
    if result.disk_full:
        return RunStatus.FAILED, "disk_full", {"code": str(code)}
    if code in (-signal.SIGKILL, 128 + signal.SIGKILL):
        return RunStatus.FAILED, "out_of_memory", {}
    if code < 0:
        return RunStatus.FAILED, "signal", {"signal": str(-code)}
    return RunStatus.FAILED, "exit_code", {"code": str(code)}


def _settle_lost(run: Run, seen: Observation) -> None:
    if seen.code == "wrapper_gone":
        # The script may have outlived its wrapper; a run that ended owns no process.
        try:
            executor_named(run.executor).kill(run_folder(run), run.handle)
        except ExecutorError as error:
            logger.warning("run %s: leftovers not killed: %s %s", run.id, error.code, error.params)
    if run.stop_requested_at is not None:
        transition(run, RunStatus.STOPPED, code="stopped")
    else:
        transition(run, RunStatus.FAILED, code=seen.code, params=dict(seen.params))


def _settle_starting(run: Run) -> None:
    if run.submitted_at and timezone.now() - run.submitted_at > timedelta(seconds=BEGIN_SECONDS):
        transition(run, RunStatus.FAILED, code="never_began")


def _kill_if_deaf(run: Run) -> None:
    """A wrapper that does not end a stopped run itself (frozen, say) is ended with its tree."""
    if run.stop_requested_at is None:
        return
    patience = timedelta(seconds=settings.RUN_STOP_GRACE + 3)
    if timezone.now() - run.stop_requested_at > patience:
        try:
            executor_named(run.executor).kill(run_folder(run), run.handle)
        except ExecutorError as error:
            logger.warning("run %s: not killed: %s %s", run.id, error.code, error.params)


def _moment(unix: float) -> datetime:
    return datetime.fromtimestamp(unix, tz=UTC)


def active_run_ids() -> list[Any]:
    """Those that this host looks at."""
    active = Run.objects.filter(status__in=ACTIVE_STATUSES, host__in=["", settings.PLATFORM_HOST])
    return list(active.values_list("id", flat=True))


def run_sweep() -> None:
    """Launch what nobody took, look at every active run, write what is not in the logs yet."""
    for run_id in queue.queue_advance():
        run_launch(run_id)
    overdue = timezone.now() - timedelta(seconds=UNCLAIMED_SECONDS)
    unclaimed = Run.objects.filter(
        status=RunStatus.PENDING, submitted_at=None, created_at__lt=overdue
    ).exclude(host="", gpus_wanted__gt=0)
    for run_id in list(unclaimed.values_list("id", flat=True)):
        run_launch(run_id)
    for run_id in active_run_ids():
        run_reconcile(run_id)
    unwritten = RunEvent.objects.filter(written=False).values_list("run_id", flat=True).distinct()
    for run in Run.objects.filter(id__in=list(unwritten)):
        events_flush(run)
