"""Learning from answers sampled now and scored by a reward model: GRPO and RLOO, with TRL.

GRPO: Shao et al. 2024. RLOO: Ahmadian et al. 2024. Both compare the answers to one prompt with
each other, so they need no critic.
"""

from __future__ import annotations

from typing import Any

from transformers import PreTrainedModel, TrainerCallback
from trl import GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer

from trainer import common
from trainer.callbacks import EndOnSignal, MetricsLines
from trainer.config import Settings
from trainer.data import load_prompts
from trainer.errors import ConfigError

METHODS = {"grpo": (GRPOConfig, GRPOTrainer), "rloo": (RLOOConfig, RLOOTrainer)}


class PlainNames(TrainerCallback):  # type: ignore[misc]
    """Gives TRL's figures the names that PPO's have too; stands before those who write them."""

    NAMES = {"mean_length": "completions/mean_length", "clip_fraction": "clip_ratio/region_mean"}

    def on_log(self, *args: Any, logs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        for name, long_name in self.NAMES.items():
            if logs and long_name in logs:
                logs[name] = logs[long_name]


def train(settings: Settings) -> int:
    """Train by `settings.kind`: grpo or rloo; returns the exit code."""
    ending = EndOnSignal()
    settings.output.mkdir(parents=True, exist_ok=True)
    tokenizer = common.load_tokenizer(settings.base)
    checkpoint = common.last_checkpoint(settings.output) if settings.checkpoint["resume"] else None
    config, trainer_class = METHODS[settings.kind]
    lines = MetricsLines(settings.output / "metrics.jsonl", common.start_step(checkpoint))
    model = common.load_causal(settings, settings.base)
    trainer = trainer_class(
        model=model,
        reward_funcs=common.load_reward(settings, settings.models["reward"]),
        reward_processing_classes=common.load_tokenizer(settings.models["reward"]),
        args=config(**arguments(settings, common.world_size())),
        train_dataset=load_prompts(settings.dataset),
        processing_class=tokenizer,
        peft_config=common.lora_config(settings, model),
        callbacks=[PlainNames(), lines, ending],
    )
    _set_reference(trainer, settings)
    return common.finish(trainer, settings, tokenizer, ending, checkpoint, "Model")


def arguments(settings: Settings, world: int) -> dict[str, Any]:
    """One optimiser step is one rollout, so that every step's line has its reward and KL."""
    values = settings.training
    rollout, generations = values["rollout_batch_size"], values["num_generations"]
    together = values["per_device_train_batch_size"] * world
    if rollout % together:
        raise ConfigError(
            f"training.rollout_batch_size {rollout} must be a multiple of "
            f"per_device_train_batch_size x processes = {together // world} x {world} = {together}"
        )
    if generations < 2 or rollout % generations:
        allowed = [number for number in range(2, rollout + 1) if rollout % number == 0]
        raise ConfigError(
            f"training.num_generations {generations} must divide rollout_batch_size {rollout}: "
            f"one of {allowed}"
        )
    return {
        **common.base_arguments(settings, with_eval=False),
        "gradient_accumulation_steps": rollout // together,
        "num_generations": generations,
        "beta": values["kl_coeff"],
        "temperature": values["temperature"],
        "max_completion_length": values["max_completion_length"],
    }


def _set_reference(trainer: GRPOTrainer | RLOOTrainer, settings: Settings) -> None:
    """TRL loads the policy's folder as reference; put the weights of the one asked for in it."""
    wanted = settings.models["reference"]
    if wanted == settings.base or not settings.training["kl_coeff"]:
        return
    if trainer.ref_model is None:
        raise ConfigError("model.reference must be model.policy under lora: its base is kept fixed")
    reference: PreTrainedModel = trainer.accelerator.unwrap_model(trainer.ref_model)
    reference.load_state_dict(common.load_causal(settings, wanted).state_dict())
