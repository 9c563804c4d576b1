"""PPO's numbers, checked against each other and against the number of processes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trainer.config import Settings
from trainer.errors import ConfigError

GAMMA = 1.0  # an answer is short and its reward comes at its end: nothing to discount
GAE_LAMBDA = 0.95


@dataclass(frozen=True)
class Options:
    """What one step is: `rollout` answers, then `epochs` passes over them."""

    rollout: int  # answers a step, all processes together
    local: int  # answers a step in this process
    micro: int  # answers a forward pass
    accumulation: int  # forward passes an optimizer step
    epochs: int
    kl_coeff: float
    clip: float
    value_coeff: float
    temperature: float
    max_prompt: int  # tokens
    max_answer: int  # tokens
    seed: int

    def steps(self, settings: Settings, prompts: int) -> int:
        """The steps to do: as given, or so many that each prompt is answered each epoch."""
        epochs = settings.training["num_train_epochs"]
        return settings.training["max_steps"] or max(1, math.ceil(epochs * prompts / self.rollout))


def read_options(settings: Settings, world: int) -> Options:
    """Raises ConfigError when a rollout cannot be shared out evenly."""
    values = settings.training
    rollout, micro = values["rollout_batch_size"], values["per_device_train_batch_size"]
    accumulation = values["gradient_accumulation_steps"]
    together = micro * accumulation * world
    if rollout % together:
        raise ConfigError(
            f"training.rollout_batch_size {rollout} must be a multiple of "
            f"per_device_train_batch_size x gradient_accumulation_steps x processes = "
            f"{micro} x {accumulation} x {world} = {together}"
        )
    return Options(
        rollout=rollout,
        local=rollout // world,
        micro=micro,
        accumulation=accumulation,
        epochs=values["ppo_epochs"],
        kl_coeff=values["kl_coeff"],
        clip=values["clip_range"],
        value_coeff=values["vf_coef"],
        temperature=values["temperature"],
        max_prompt=values["max_prompt_length"],
        max_answer=values["max_completion_length"],
        seed=values["seed"],
    )
