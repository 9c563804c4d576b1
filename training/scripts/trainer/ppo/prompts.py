"""Which prompts a step answers: a function of seed, step and process, so a resume repeats none."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from trainer.ppo.options import Options


def prompts_of(step: int, count: int, options: Options, process: int) -> list[int]:
    """Indices into `count` prompts for this process; each epoch has an order of its own."""
    first = step * options.rollout + process * options.local
    chosen = []
    for number in range(first, first + options.local):
        epoch, place = divmod(number, count)
        chosen.append(int(_order(count, options.seed + epoch)[place]))
    return chosen


@lru_cache(maxsize=2)  # a step touches two epochs at most, unless the prompts are very few
def _order(count: int, seed: int) -> Tensor:
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed))
