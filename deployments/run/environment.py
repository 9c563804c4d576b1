"""The environment of an engine."""

from __future__ import annotations

import os

from deployments.models import Deployment

# Nothing is sent out or fetched unless the operator's own environment says so.
QUIET = {"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}


def engine_environment(deployment: Deployment, key: str) -> dict[str, str]:
    """What is added to the worker's own environment (which has none of our settings left)."""
    environment = {
        **{name: value for name, value in QUIET.items() if name not in os.environ},
        "LLM_PLATFORM_RUN_ID": key,  # marks the whole process tree
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
        # Engines listen on loopback, so only the platform can ask for another adapter.
        "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1",
    }
    if deployment.gpu_ids:
        environment["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"  # as NVML counts
        environment["CUDA_VISIBLE_DEVICES"] = ",".join(map(str, deployment.gpu_ids))
    return environment
