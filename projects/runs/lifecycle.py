"""A run's own part of its life: its inputs, its environment, what its end means."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation

from core.execution.executor import ExecutorError, Observation, ProcessState, Spec
from core.execution.machine import End, Machine, Verdict
from core.execution.models import Host
from core.execution.registry import choose_executor_name
from core.execution.run_folder import Result
from projects.models import Run, RunOrigin, RunStatus
from projects.runs import queue
from projects.runs.checkpoints import checkpoint_take
from projects.runs.input_copies import frozen_copy, named_data
from projects.runs.messages import render
from projects.runs.metrics import has_diverged, run_progress_update
from projects.runs.paths import run_folder, training_dir
from projects.runs.state import RUNS, event_add, events_flush
from training.scripts.trainer.errors import DIVERGED


class RunMachine(Machine[Run]):
    """Runs have one attempt; the queue gives one that needs GPUs its host."""

    states = RUNS
    waiting = RunStatus.PENDING
    related = ("project", "parent")

    def home(self) -> Path:
        return training_dir() / "runs"

    def key(self, row: Run) -> str:
        return str(row.id)

    def executor_name(self, row: Run) -> str:
        return choose_executor_name()

    def host_of(self, row: Run) -> str:
        return row.host or settings.PLATFORM_HOST  # one that needs no GPU anybody may take

    def may_launch(self, row: Run) -> bool:
        if not row.host and row.gpus_wanted:
            _tell_once(row, "waits", {"need": str(row.gpus_wanted)})
            return False
        if not row.host:
            Run.objects.filter(id=row.id, host="").update(host=settings.PLATFORM_HOST)
            row.refresh_from_db(fields=["host"])
        return True

    def prepare(self, row: Run) -> Spec:
        """Freeze the inputs in the run folder."""
        folder = run_folder(row)
        folder.create()
        events_flush(row)  # before the script writes: a line of ours must not fall into its
        script = training_dir() / "scripts" / row.inputs["script"]
        if not script.is_file() or not os.access(script, os.R_OK):
            raise ExecutorError("script_missing", script=f"scripts/{row.inputs['script']}")
        config = frozen_copy(Path(row.inputs["config"]), folder.inputs)
        dataset = _dataset(row)
        checkpoint_take(row)
        argv = ["bash", str(script), str(config)]
        Run.objects.filter(id=row.id).update(command=argv)
        return Spec(
            key=self.key(row),
            folder=folder,
            argv=argv,
            env=_environment(row, dataset) | named_data(row),
            digest={
                **({"dataset": str(dataset)} if dataset else {}),
                "config": str(config),
                "script": str(script),
            },
            grace=settings.RUN_STOP_GRACE,
            opening=_opening(row),
            cwd=str(training_dir()),
        )

    def begun(self, row: Run) -> dict[str, Any]:
        # In the log by the wrapper, before the script.
        return {"code": f"submitted_{row.executor}", "params": _place(), "in_log": True}

    def look(self, row: Run, seen: Observation) -> None:
        run_progress_update(row)
        if seen.state not in (ProcessState.RUNNING, ProcessState.EXITED):
            return
        digests = run_folder(row).digests()
        if digests and digests != row.digests:
            Run.objects.filter(id=row.id).update(digests=digests)
            row.digests = digests
            _compare_data(row)

    def verdict(self, row: Run, end: End) -> Verdict:
        result = end.result
        finished = result is not None and result.returncode == 0 and row.progress >= 1.0
        fields: dict[str, Any] = {}
        if result is not None:
            fields["exit_code"] = result.returncode
            fields["finished_at"] = datetime.fromtimestamp(result.finished_at, tz=UTC)
        if row.stop_requested_at is not None and not finished:
            return Verdict(RunStatus.STOPPED, "stopped", fields=fields)
        if result is None:
            return Verdict(RunStatus.FAILED, end.code, end.params)
        if result.returncode == 0 and not result.error:
            return Verdict(RunStatus.SUCCEEDED, "succeeded", fields={**fields, "progress": 1.0})
        if result.returncode == DIVERGED and has_diverged(row):
            return Verdict(RunStatus.FAILED, "diverged", fields=fields)
        return Verdict(RunStatus.FAILED, *_why(result), fields)

    def _mine(self) -> QuerySet[Run]:
        """Those of this host, and those that anybody may take."""
        rows = Run.objects.filter(status__in=RUNS.active, host__in=["", settings.PLATFORM_HOST])
        return rows.exclude(host="", gpus_wanted__gt=0, stop_requested_at=None)

    def attention(self) -> list[QuerySet[Any, Any]]:
        """Those that wait for GPUs of any host too."""
        return [*super().attention(), queue.waiting_runs()]


MACHINE = RunMachine()


def run_launch(run_id: UUID | str) -> None:
    """Give GPUs to those whose turn it is; start this one if it may."""
    queue.queue_advance()
    MACHINE.launch(run_id)


def run_sweep() -> None:
    """The queue, then every active run of this host."""
    for run_id in queue.queue_advance():
        MACHINE.launch(run_id)
    MACHINE.sweep()


def _tell_once(run: Run, code: str, params: dict[str, str], level: str = "info") -> None:
    if not run.events.filter(code=code).exists():
        event_add(run, code=code, params=params, level=level)
        events_flush(run)


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
        "LLM_PLATFORM_MODEL_ROOTS": os.pathsep.join(settings.MODEL_ROOTS),
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


def _compare_data(run: Run) -> None:
    """A resumed run goes on with its parent's data; where a file has changed since, say so."""
    if run.origin != RunOrigin.RESUME or run.parent is None:
        return
    before, now = run.parent.digests.get("dataset"), run.digests.get("dataset")
    if before and now and before != now:
        _tell_once(run, "dataset_differs", {"run": str(run.parent_id)[:8]}, "warning")


def _why(result: Result) -> tuple[str, dict[str, str]]:
    """Why a script failed."""
    code = result.returncode
    if result.error:
        return "not_executable", {"why": result.error}
    if result.disk_full:
        return "disk_full", {"code": str(code)}
    if code in (-signal.SIGKILL, 128 + signal.SIGKILL):
        return "out_of_memory", {}
    if code < 0:
        return "signal", {"signal": str(-code)}
    return "exit_code", {"code": str(code)}
