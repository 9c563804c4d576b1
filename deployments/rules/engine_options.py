"""What the platform understands of an engine's options (vLLM, engine arguments)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import Invalid

OWNED_FLAGS = ("--port", "--uds", "--model", "--api-key", "--lora-modules", "--headless")
DEFAULT_UTILIZATION = 0.9
LORA_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)  # what vLLM takes for --max-lora-rank
DEFAULT_LORA_RANK = 16


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
    _refuse_owned(arguments)
    parallel = 1
    for names in (
        ("--tensor-parallel-size", "-tp"),
        ("--pipeline-parallel-size", "-pp"),
        ("--data-parallel-size", "-dp"),
    ):
        parallel *= _whole(arguments, names, default=1, low=1, high=1024)
    length = _value(arguments, ("--max-model-len",))
    return EngineOptions(
        gpus=parallel,
        utilization=_share(arguments),
        max_model_len=int(length) if length and length.isascii() and length.isdigit() else None,
        served_names=_values(arguments, "--served-model-name"),
        lora=any(_name(argument) == "--enable-lora" for argument in arguments),
        max_lora_rank=_whole(
            arguments, ("--max-lora-rank",), default=DEFAULT_LORA_RANK, low=1, high=512
        ),
    )


def _name(argument: str) -> str:
    return argument.partition("=")[0].replace("_", "-")


def _refuse_owned(arguments: Sequence[str]) -> None:
    """Those that the platform sets itself; argparse also takes a beginning of a flag for it."""
    for argument in arguments:
        name = _name(argument)
        for flag in OWNED_FLAGS:
            if name.startswith("--") and len(name) > 4 and flag.startswith(name):
                raise Invalid(
                    _("%(flag)s is set by the platform and cannot be in extra_args")
                    % {"flag": flag},
                    field="extra_args",
                )


def _value(arguments: Sequence[str], names: tuple[str, ...]) -> str | None:
    """The last value of a flag, as `--flag value` or `--flag=value`."""
    found = None
    for position, argument in enumerate(arguments):
        if _name(argument) in names:
            if "=" in argument:
                found = argument.partition("=")[2]
            elif position + 1 < len(arguments):
                found = arguments[position + 1]
    return found


def _values(arguments: Sequence[str], name: str) -> list[str]:
    """All values of a flag that takes several."""
    found: list[str] = []
    taking = False
    for argument in arguments:
        if _name(argument) == name:
            taking = True
            found = [argument.partition("=")[2]] if "=" in argument else []
        elif argument.startswith("-"):
            taking = False
        elif taking:
            found.append(argument)
    return found


def _whole(
    arguments: Sequence[str], names: tuple[str, ...], *, default: int, low: int, high: int
) -> int:
    raw = _value(arguments, names)
    if raw is None:
        return default
    if not raw.isascii() or not raw.isdigit() or len(raw) > 6 or not low <= int(raw) <= high:
        raise Invalid(
            _("%(flag)s must be a whole number from %(low)s to %(high)s")
            % {"flag": names[0], "low": low, "high": high},
            field="extra_args",
        )
    return int(raw)


def _share(arguments: Sequence[str]) -> float:
    raw = _value(arguments, ("--gpu-memory-utilization",))
    if raw is None:
        return DEFAULT_UTILIZATION
    try:
        share = float(raw)
    except ValueError:
        share = -1
    if not 0 < share <= 1:
        raise Invalid(
            _("--gpu-memory-utilization must be a number above 0 and at most 1"),
            field="extra_args",
        )
    return share


def lora_rank_for(rank: int) -> int:
    """The smallest --max-lora-rank that takes adapters of `rank`."""
    return next((known for known in LORA_RANKS if known >= rank), LORA_RANKS[-1])
