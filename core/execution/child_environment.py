"""The environment of what the platform starts: runs, engines, jobs. An allow-list.

What the worker's own environment has beyond it stays with the worker: keys, passwords and tokens
of the platform, of its database and of whatever else the operator's shell happens to hold.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from core.environment import VARIABLES

NAMES = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LANGUAGE", "TZ", "TMPDIR",
        "LD_LIBRARY_PATH", "LD_PRELOAD", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE", "NPROC", "NNODES", "NODE_RANK", "MASTER_ADDR", "MASTER_PORT",
        "DO_NOT_TRACK",
        # Of the hub, whose models it opens; the platform itself has no use for it.
        "HF_TOKEN",
    }
)  # fmt: skip
PREFIXES = (
    "LC_", "XDG_", "CONDA_", "PIP_", "UV_", "TRAINING_",
    "CUDA_", "NVIDIA_", "NCCL_", "GLOO_", "UCX_", "FI_", "ROCR_", "ROCM_", "HIP_", "HSA_", "RCCL_",
    "MIOPEN_", "ASCEND_", "HCCL_", "ONEAPI_", "ZE_", "HABANA_", "CUBLAS_", "CUDNN_", "NVSHMEM_",
    "OMP_", "KMP_", "GOMP_", "MKL_", "OPENBLAS_", "NUMEXPR_", "MALLOC_",
    "HF_", "MODELSCOPE_", "SAFETENSORS_", "TRANSFORMERS_", "TOKENIZERS_", "DATASETS_",
    "ACCELERATE_", "BITSANDBYTES_", "DS_",
    "TORCH_", "TORCHINDUCTOR_", "TORCHELASTIC_", "PYTORCH_", "TRITON_", "NUMBA_",
    "FLASH_ATTENTION_", "FLASHINFER_", "VLLM_", "RAY_", "WANDB_", "MLFLOW_", "SWANLAB_",
    "TENSORBOARD_",
)  # fmt: skip
PROXIES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "FTP_PROXY"})
SECRET_WORDS = frozenset(
    {"TOKEN", "KEY", "KEYS", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL",
     "CREDENTIALS", "DSN"}
)  # fmt: skip
OURS = ("DJANGO_", "PLATFORM_")


def child_environment() -> dict[str, str]:
    """What of our environment a program that we start gets."""
    environment = passed(os.environ)
    private_bin = str(Path(sys.prefix) / "bin")
    path = environment.get("PATH", os.defpath).split(os.pathsep)
    environment["PATH"] = os.pathsep.join(part for part in path if part != private_bin)
    return environment


def passed(environment: Mapping[str, str]) -> dict[str, str]:
    """Those variables that are on the list, or that the operator has added to it."""
    ours = {variable.name for variable in VARIABLES}
    return {
        name: value
        for name, value in environment.items()
        if name not in ours and not name.startswith(OURS) and (_added(name) or _listed(name))
    }


def _listed(name: str) -> bool:
    """A name that speaks of a secret is never passed for its beginning alone."""
    if name in NAMES or name.upper() in PROXIES:
        return True
    return name.startswith(PREFIXES) and not SECRET_WORDS.intersection(name.split("_"))


def _added(name: str) -> bool:
    for wanted in settings.CHILD_ENVIRONMENT:
        if name == wanted or (wanted.endswith("_*") and name.startswith(wanted[:-1])):
            return True
    return False
