"""What the platform says about deployments: codes are stored, the words are the reader's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.execution.log_events import render_message

MESSAGES: dict[str, str | Promise] = {
    # Events
    "created": _("Deployment created: %(model)s on %(host)s, port %(port)s"),
    "launched": _("Starting on %(host)s, port %(port)s, GPU %(gpus)s: %(command)s"),
    "healthy": _("The engine answers its health check"),
    "stop_requested": _("Stop asked for: the engine is told to end (SIGTERM)"),
    "force_requested": _("Forced stop: the engine's whole process tree is killed"),
    "restart_requested": _("Restart asked for"),
    "restarting": _("Restart %(n)s in %(seconds)s s: %(why)s"),
    "next_port": _("Port %(old)s was taken by another program: trying port %(port)s"),
    "adapter_attached": _("Adapter %(name)s attached"),
    "adapter_refused": _("Adapter %(name)s refused: %(why)s"),
    "adapter_detached": _("Adapter %(name)s detached"),
    # Phases
    "queued": _("Handed to the worker of %(host)s"),
    "waiting_restart": _("Waiting to start again (restart %(n)s): %(why)s"),
    "process_started": _("The engine's process has started"),
    "initialising": _("Initialising the engine"),
    "downloading": _("Downloading the model, %(percent)s %%"),
    "loading": _("Loading weights"),
    "loading_percent": _("Loading weights, %(percent)s %%"),
    "compiling": _("Compiling"),
    "warming_up": _("Warming up"),
    "kv_cache": _("Making the KV cache"),
    "opening": _("Opening its port"),
    # Ends
    "stopped": _("Stopped on request"),
    "stopped_before_start": _("Stopped before it was started"),
    "exited_zero": _("The engine ended by itself with exit code 0"),
    "exit_code": _("The engine ended with exit code %(code)s"),
    "exit_said": _("The engine ended with exit code %(code)s: %(said)s"),
    "no_such_model": _("There is no model at %(model)s"),
    "bad_argument": _("The engine refuses an option: %(said)s"),
    "port_taken": _("Port %(port)s is taken by another program"),
    "gpu_memory": _("Out of GPU memory: %(said)s"),
    "host_memory": _("Out of memory: %(said)s"),
    "bad_value": _("The engine refuses the configuration: %(said)s"),
    "signal": _("The engine was ended by signal %(signal)s from outside the platform"),
    "out_of_memory": _(
        "The engine was killed (signal 9) from outside the platform, most likely for want of memory"
    ),
    "disk_full": _("The disk is full: the engine ended with exit code %(code)s"),
    "storage_full": _("The disk is full: the launch could not be prepared"),
    "prepare_failed": _("The launch could not be prepared: %(why)s"),
    "not_executable": _("The command cannot be run: %(why)s"),
    "start_failed": _("The launch failed: %(why)s"),
    "never_began": _("The launch was handed over but did not begin in time"),
    "wrapper_gone": _("The engine's processes are gone and left no result (killed from outside?)"),
    "trouble": _("The platform cannot look after it right now and tries again: %(why)s"),
    "host_given_up": _("The host %(host)s is gone and was given up"),
    "folder_gone": _("Its folder was removed from the disk, which ended it"),
    "host_restarted": _("The host was restarted, which ended the engine"),
    "start_timeout": _("It did not become healthy within %(seconds)s s (DEPLOY_START_TIMEOUT)"),
    "hung": _("It did not answer %(n)s health checks in a row"),
    "crash_loop": _("It ended %(n)s times in a row; last: %(why)s"),
    "no_port": _("No port from %(low)s to %(high)s is free"),
    "container_gone": _("The engine's container is gone"),
    "engine_unreachable": _("The Docker engine does not answer: %(why)s"),
    # Notices and warnings
    "host_silent": _("The host %(host)s has not reported for a while: this is its last word"),
    "gpu_gone": _("GPU %(gpu)s is no longer seen on the host"),
    "foreign_port": _("Another program answers on port %(port)s"),
    "unhealthy": _("It does not answer its health check (%(n)s in a row)"),
    "memory_tight": _(
        "Needs about %(need)s GiB a GPU; %(free)s of %(total)s GiB are free: it may run out"
    ),
    "no_config": _("%(model)s has no config.json: an engine will find no model there"),
    "remote_name": _("%(model)s is not a folder here: the engine will look for it in its cache"),
}


def render(code: str, params: Mapping[str, Any]) -> str:
    shown = dict(params)
    if "why_code" in shown:  # a message within a message is in the reader's language too
        shown["why"] = render(shown["why_code"], shown.get("why_params", {}))
    return render_message(MESSAGES, code, shown)
