"""The GPUs of this host: as NVML says, as a file declares, or none.

Indices are NVML's, in PCI bus order; engines get them with CUDA_DEVICE_ORDER=PCI_BUS_ID, so that
both count alike. Memory is in bytes, power in watts, temperature in °C, use in per cent.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pynvml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.errors import PlatformError
from core.safe_yaml import load_mapping

logger = logging.getLogger(__name__)
MAX_INVENTORY_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Gpu:
    """One device; None for what the driver does not say."""

    index: int
    uuid: str
    name: str = ""
    memory_total: int = 0
    memory_used: int = 0
    utilization: int | None = None
    temperature: int | None = None
    power: float | None = None
    processes: list[dict[str, int]] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        return asdict(self)


class GpuProbe(Protocol):
    source: str

    def look(self) -> list[Gpu]:
        """The devices now. Raises GpuProblem where the driver refuses."""


class GpuProblem(Exception):
    """The devices cannot be read; the text says why."""


class NoGpus:
    source = "none"

    def look(self) -> list[Gpu]:
        return []


class DeclaredGpus:
    """From a YAML or JSON file: `gpus:` a list of `{index, uuid, name, memory_total}`."""

    source = "declared"

    def __init__(self, path: Path) -> None:
        self.path = path

    def look(self) -> list[Gpu]:
        try:
            with self.path.open("rb") as file:
                document = load_mapping(file.read(MAX_INVENTORY_BYTES), field="GPU_INVENTORY")
            return [_declared(position, one) for position, one in enumerate(document["gpus"])]
        except (OSError, PlatformError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise GpuProblem(f"{self.path.name}: {error}") from error


def _declared(position: int, entry: dict[str, Any]) -> Gpu:
    index = int(entry.get("index", position))
    return Gpu(
        index=index,
        uuid=str(entry.get("uuid") or f"declared-{index}"),
        name=str(entry.get("name", "")),
        memory_total=int(entry.get("memory_total", 0)),
        memory_used=int(entry.get("memory_used", 0)),
    )


class NvmlGpus:
    """By NVIDIA's management library (NVML API reference); a host without a driver has none."""

    source = "nvml"

    def look(self) -> list[Gpu]:
        try:
            pynvml.nvmlInit()
        except (pynvml.NVMLError_LibraryNotFound, pynvml.NVMLError_DriverNotLoaded):
            return []
        except pynvml.NVMLError as error:
            raise GpuProblem(str(error)) from error
        try:
            return [_read(index) for index in range(pynvml.nvmlDeviceGetCount())]
        except pynvml.NVMLError as error:
            raise GpuProblem(str(error)) from error
        finally:
            pynvml.nvmlShutdown()


def _read(index: int) -> Gpu:
    device = pynvml.nvmlDeviceGetHandleByIndex(index)
    memory = pynvml.nvmlDeviceGetMemoryInfo(device)
    rates = _optional(pynvml.nvmlDeviceGetUtilizationRates, device)
    milliwatts = _optional(pynvml.nvmlDeviceGetPowerUsage, device)
    processes = _optional(pynvml.nvmlDeviceGetComputeRunningProcesses, device) or []
    return Gpu(
        index=index,
        uuid=_text(pynvml.nvmlDeviceGetUUID(device)),
        name=_text(pynvml.nvmlDeviceGetName(device)),
        memory_total=int(memory.total),
        memory_used=int(memory.used),
        utilization=None if rates is None else int(rates.gpu),
        temperature=_optional(pynvml.nvmlDeviceGetTemperature, device, pynvml.NVML_TEMPERATURE_GPU),
        power=None if milliwatts is None else milliwatts / 1000,
        processes=[
            {"pid": int(one.pid), "memory": int(one.usedGpuMemory or 0)} for one in processes
        ],
    )


def _optional(read: Any, *arguments: Any) -> Any:
    """What a device may not support (MIG slices, old boards) is None, not an error."""
    try:
        return read(*arguments)
    except pynvml.NVMLError:
        return None


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def gpu_probe() -> GpuProbe:
    """The probe that GPU_INVENTORY names: `auto` (NVML), `none`, or a file's path."""
    if settings.GPU_INVENTORY == "none":
        return NoGpus()
    if settings.GPU_INVENTORY == "auto":
        return NvmlGpus()
    path = Path(settings.GPU_INVENTORY)
    if not path.is_absolute():
        raise ImproperlyConfigured("GPU_INVENTORY: auto, none or the absolute path of a file")
    return DeclaredGpus(path)
