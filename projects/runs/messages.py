"""What the platform says about runs: codes are stored, the words are the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.execution.log_events import render_message

MESSAGES: dict[str, str | Promise] = {
    "created": _("Run created; command: %(command)s"),
    "input_taken": _("%(name)s is an uploaded file; taken: %(source)s"),
    "personal_data": _("Personal data in %(name)s: %(state)s; it is trained on all the same"),
    "made_by_repeat": _("Repeats run %(run)s with changes"),
    "made_by_resume": _("Resumes run %(run)s from %(checkpoint)s"),
    "made_by_merge": _("Merges the adapter of run %(run)s into its base"),
    "checkpoint_gone": _("The checkpoint %(checkpoint)s is no longer there"),
    "dataset_differs": _("The dataset is not the one that run %(run)s trained on"),
    "waits": _("Waits for GPUs: %(need)s needed on one host"),
    "waits_busy": _(
        "Waits for GPUs: %(need)s needed, %(free)s of %(all)s on %(host)s are free now"
    ),
    "waits_turn": _("Waits for its turn: free GPUs are kept for a run before it"),
    "waits_no_host": _("Waits for GPUs: no host that is there now has %(need)s"),
    "config_problem": _("%(name)s: %(problem)s"),
    "checkpoints_removed": _("Checkpoints removed by the rule on keeping them: %(names)s"),
    "gpus_given": _("GPUs on %(host)s: %(gpus)s"),
    "submitted_local": _("Started on this host (%(host)s)"),
    "submitted_docker": _("Started in the container %(container)s"),
    "stop_requested": _("Stop asked for: the script is told to end, then its whole tree is ended"),
    "succeeded": _("Finished with exit code 0"),
    "stopped": _("Stopped on request"),
    "stopped_before_start": _("Stopped before it was started"),
    "loss_not_finite": _(
        "From step %(step)s on the loss is no finite number: the training has diverged, "
        "or its weights or data hold NaN; the result is likely of no use"
    ),
    "diverged": _("The script gave up: the loss was no finite number"),
    "exit_code": _("The script ended with exit code %(code)s"),
    "signal": _("The script was ended by signal %(signal)s from outside the platform"),
    "out_of_memory": _(
        "The script was killed (signal 9) from outside the platform, most likely for want of memory"
    ),
    "disk_full": _("The disk is full: the script ended with exit code %(code)s"),
    "not_executable": _("The script could not be started: %(why)s"),
    "script_missing": _("The script %(script)s is not there or cannot be read"),
    "input_missing": _("%(name)s was there when the run was made and is gone now"),
    "storage_full": _("The disk is full: the run could not be prepared"),
    "prepare_failed": _("The run could not be prepared: %(why)s"),
    "container_missing": _("There is no container named %(container)s"),
    "container_not_running": _("The container %(container)s is there but not running"),
    "container_stopped": _("The container %(container)s was stopped (exit code %(exit_code)s)"),
    "container_restarted": _("The container %(container)s was restarted, which ended the run"),
    "mount_missing": _(
        "The training directory %(host)s is not mounted at %(workdir)s in the container"
    ),
    "engine_unreachable": _("The Docker engine does not answer: %(why)s"),
    "start_failed": _("The run could not be started: %(why)s"),
    "never_began": _("The run was handed over but did not begin in time"),
    "wrapper_gone": _("The run's processes are gone and left no result (killed from outside?)"),
    "trouble": _("The platform cannot look after it right now and tries again: %(why)s"),
    "host_given_up": _("The host %(host)s is gone and was given up"),
    "folder_gone": _("Its folder was removed from the disk, which ended it"),
    "host_restarted": _("The host was restarted, which ended the run"),
}


def render(code: str, params: Mapping[str, Any]) -> str:
    return render_message(MESSAGES, code, params)
