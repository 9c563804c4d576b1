"""What a training ran on: packages, Python, device and driver, for who repeats it."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from pathlib import Path
from typing import Any

import torch


def write(output: Path) -> None:
    """`environment.json` in the output folder."""
    text = json.dumps(facts(), indent=1, sort_keys=True)
    (output / "environment.json").write_text(text + "\n", "utf-8")


def facts() -> dict[str, Any]:
    """Plain values; `gpus` is empty on a CPU. Memory in bytes."""
    packages = {
        str(one.metadata["Name"]): one.version for one in importlib.metadata.distributions()
    }
    gpus = [torch.cuda.get_device_properties(index) for index in range(torch.cuda.device_count())]
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "packages": dict(sorted(packages.items(), key=lambda pair: pair[0].lower())),
        "cuda": torch.version.cuda,
        "driver": _driver() if gpus else None,
        "gpus": [
            {
                "name": gpu.name,
                "memory": gpu.total_memory,
                "compute_capability": f"{gpu.major}.{gpu.minor}",
            }
            for gpu in gpus
        ],
    }


def _driver() -> str | None:
    """The kernel's word on the driver's release; None where it says nothing."""
    try:
        first = Path("/proc/driver/nvidia/version").read_text("ascii").splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError):
        return None
    return next((part for part in first.split() if part[:1].isdigit() and "." in part), None)
