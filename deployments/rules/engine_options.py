"""What the platform understands of an engine's options: placement, sizing, the door, adapters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from deployments.rules.extra_args import Given, all_values, is_on, last_value, parse, refuse
from deployments.rules.option_values import Whole
from deployments.rules.options import ALLOWED, LORA_RANKS

DEFAULT_UTILIZATION = 0.9
DEFAULT_LORA_RANK = 16
SPLITS = (  # each of them multiplies the GPUs
    "--tensor-parallel-size", "--pipeline-parallel-size", "--data-parallel-size",
    "--prefill-context-parallel-size",
)  # fmt: skip


@dataclass(frozen=True)
class EngineOptions:
    """Values that placement, sizing, the door and adapters need."""

    gpus: int
    utilization: float
    max_model_len: int | None
    served_names: list[str]
    lora: bool
    max_lora_rank: int


def engine_options(arguments: Sequence[str]) -> EngineOptions:
    """Read them. Raises Invalid naming `extra_args` for a value that cannot be."""
    options = parse(arguments)
    gpus = 1
    for name in SPLITS:
        gpus *= int(_checked(options, name) or 1)
    return EngineOptions(
        gpus=gpus,
        utilization=float(_checked(options, "--gpu-memory-utilization") or DEFAULT_UTILIZATION),
        max_model_len=_length(_checked(options, "--max-model-len")),
        served_names=all_values(options, "--served-model-name"),
        lora=is_on(options, "--enable-lora"),
        max_lora_rank=int(_checked(options, "--max-lora-rank") or DEFAULT_LORA_RANK),
    )


def _checked(options: list[Given], name: str) -> str | None:
    """A value that the platform itself goes by, so it must be right whoever gives it."""
    value, kind = last_value(options, name), ALLOWED[name].kind
    if value is not None and kind is not None and (wrong := kind.wrong(value)):
        raise refuse(_("%(flag)s must be %(what)s") % {"flag": name, "what": wrong})
    return value


def _length(value: str | None) -> int | None:
    length = Whole(short=True).value(value) if value else None
    return length if length and length > 0 else None


def lora_rank_for(rank: int) -> int:
    """The smallest --max-lora-rank that takes adapters of `rank`."""
    return next((known for known in LORA_RANKS if known >= rank), LORA_RANKS[-1])
