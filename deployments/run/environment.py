"""What an engine is started with: its command line, environment and the paths that it reads."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from core.command_template import command_line
from core.execution.child_environment import child_environment
from deployments import adapters
from deployments.models import Deployment
from deployments.rules.checks import files_of, with_places
from deployments.rules.engine_options import engine_options
from deployments.rules.extra_args import split_extra_args
from deployments.rules.model_paths import local_model
from deployments.run.engine_key import VARIABLE, engine_key
from deployments.run.paths import run_folder

# Nothing is sent out or fetched unless the operator's own environment says so.
QUIET = {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
HUB = ("HF_ENDPOINT", *QUIET)
TOKEN = "HF_TOKEN"  # noqa: S105  # nosec B105 - a name
OFF = ("", "0", "false", "no", "off")


def engine_argv(deployment: Deployment) -> list[str]:
    """The command line. Paths are named in full: the engine's folder is not the platform's."""
    arguments = with_places(split_extra_args(deployment.extra_args))
    return command_line(
        settings.VLLM_CMD_TEMPLATE,
        arguments + adapters.adapter_arguments(deployment),
        model_path=model_argument(deployment.model_path),
        host=settings.DEPLOY_ADDRESS,
        port=str(deployment.port),
        gpu=",".join(map(str, deployment.gpu_ids)),
    )


def model_argument(model_path: str) -> str:
    """A folder's whole path, or a hub's name as it is."""
    folder = local_model(model_path)
    return str(folder) if folder is not None else model_path


def names_served(model_path: str, extra_args: str) -> list[str]:
    """The names that the engine will know the model by."""
    given = engine_options(split_extra_args(extra_args)).served_names
    return given or [model_argument(model_path)]


def engine_environment(deployment: Deployment, key: str) -> dict[str, str]:
    """What is added to the worker's own environment (or to a container's image's)."""
    environment = {
        **{name: value for name, value in QUIET.items() if name not in os.environ},
        "LLM_PLATFORM_RUN_ID": key,  # marks the whole process tree
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONSAFEPATH": "1",  # no package is taken from the folder that it runs in
        # Engines ask for a key of their own, which only the platform has.
        "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1",
    }
    if deployment.executor == "container":
        environment |= _hub_environment(deployment)
    if deployment.gpu_ids:
        environment["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"  # as NVML counts
        environment["CUDA_VISIBLE_DEVICES"] = ",".join(map(str, deployment.gpu_ids))
    return environment


def engine_secrets(deployment: Deployment) -> dict[str, str]:
    """Variables that are written nowhere. On this host the hub's token is inherited already."""
    secrets = {VARIABLE: engine_key(deployment)}
    if deployment.executor == "container" and (token := child_environment().get(TOKEN)):
        secrets[TOKEN] = token
    return secrets


def _hub_environment(deployment: Deployment) -> dict[str, str]:
    """The host's cache of models, which a container sees but cannot write."""
    ours = child_environment()
    environment = {name: ours[name] for name in HUB if name in ours}
    if environment.get("HF_HUB_OFFLINE", "1").lower() not in OFF and hub_cache().is_dir():
        environment["HF_HOME"] = str(hub_home())
        environment["HF_HUB_CACHE"] = str(hub_cache())
        environment["HF_MODULES_CACHE"] = str(run_folder(deployment).output / "hf_modules")
    return environment


def hub_home() -> Path:
    return Path(os.environ.get("HF_HOME", "~/.cache/huggingface")).expanduser().absolute()


def hub_cache() -> Path:
    named = os.environ.get("HF_HUB_CACHE")
    return Path(named).expanduser().absolute() if named else hub_home() / "hub"


def read_paths(deployment: Deployment) -> tuple[str, ...]:
    """The model, its adapters, files of its options, and the cache of models: what is here."""
    named = [deployment.model_path, *(one.path for one in deployment.adapters.all())]
    folders = [folder for name in named if (folder := local_model(name))]
    files = files_of(split_extra_args(deployment.extra_args))
    caches = {hub_home()} if hub_cache().is_relative_to(hub_home()) else {hub_home(), hub_cache()}
    return tuple(str(path) for path in (*folders, *files, *caches) if path.exists())
