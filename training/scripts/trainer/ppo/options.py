"""PPO's numbers, checked against each other and against the number of processes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trainer.config import Settings
from trainer.errors import ConfigError

GAMMA = 1.0  # an answer is short and its reward comes at its end: nothing to discount
GAE_LAMBDA = 0.95
SAMPLED_PER_TRAINED = 4  # without gradients and optimizer so many times more rows fit


@dataclass(frozen=True)
class Options:
    """What one step is: `rollout` answers, then `epochs` passes over them."""

    rollout: int  # answers a step, all processes together
    local: int  # answers a step in this process
    together: int  # answers of this process that are sampled and scored at a time
    micro: int  # answers a forward pass of the update
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
    multiple = micro * accumulation * world
    if rollout % multiple:
        raise ConfigError(
            f"training.rollout_batch_size {rollout} must be a multiple of "
            f"per_device_train_batch_size x gradient_accumulation_steps x processes = "
            f"{micro} x {accumulation} x {world} = {multiple}"
        )
    return Options(
        rollout=rollout,
        local=rollout // world,
        together=values["per_device_rollout_batch_size"] or SAMPLED_PER_TRAINED * micro,
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
