"""Learning from preferences without sampling: DPO, KTO and reward models, with TRL.

DPO: Rafailov et al. 2023. KTO: Ethayarajh et al. 2024. Reward models: Ouyang et al. 2022.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasets import Dataset
from transformers import set_seed
from trl import (
    DPOConfig,
    DPOTrainer,
    KTOConfig,
    KTOTrainer,
    RewardConfig,
    RewardTrainer,
)

from trainer import common
from trainer.callbacks import EndOnSignal, MetricsLines
from trainer.config import Settings
from trainer.data import load_labelled, load_pairs, middle_score
from trainer.errors import ConfigError

LIMITED = {"dpo": (DPOConfig, DPOTrainer), "kto": (KTOConfig, KTOTrainer)}


def train(settings: Settings) -> int:
    """Train by `settings.kind`: dpo, kto or reward; returns the exit code."""
    ending = EndOnSignal()
    settings.output.mkdir(parents=True, exist_ok=True)
    tokenizer = common.load_tokenizer(settings.base)
    load = _labelled(settings) if settings.kind == "kto" else load_pairs
    train_set, eval_set = common.split(load, settings)
    if settings.kind == "kto":
        train_set = _mixed(train_set, settings)
    checkpoint = common.last_checkpoint(settings.output) if settings.checkpoint["resume"] else None
    lines = MetricsLines(settings.output / "metrics.jsonl", common.start_step(checkpoint))
    build = _reward if settings.kind == "reward" else _against_reference
    trainer = build(
        settings,
        {
            "train_dataset": train_set,
            "eval_dataset": eval_set,
            "processing_class": tokenizer,
            "callbacks": [lines, ending],
        },
    )
    what = "Reward model" if settings.kind == "reward" else "Model"
    return common.finish(trainer, settings, tokenizer, ending, checkpoint, what)


def _labelled(settings: Settings) -> Callable[[Path], Dataset]:
    """KTO needs no pairs, only good and bad; a score becomes one or the other at the threshold."""
    threshold = settings.training["score_threshold"]
    if threshold is None:
        threshold = middle_score(settings.dataset)
    if threshold is not None and common.is_main():
        print(f"KTO: an answer is good from a score of {threshold:g} on", flush=True)
    return lambda path: load_labelled(path, threshold)


def _mixed(rows: Dataset, settings: Settings) -> Dataset:
    """KTO takes the rows as they lie, and neighbours for its KL: they must be of other prompts."""
    if settings.training["per_device_train_batch_size"] < 2:
        raise ConfigError("training.per_device_train_batch_size must be at least 2 for kto")
    return rows.shuffle(seed=settings.training["seed"])


def _against_reference(settings: Settings, parts: dict[str, Any]) -> DPOTrainer | KTOTrainer:
    """DPO and KTO hold the policy near a reference: a frozen model, or the base under LoRA."""
    config, trainer = LIMITED[settings.kind]
    model = common.load_causal(settings, settings.base)
    lora = common.lora_config(settings, model)
    reference = settings.models["reference"]
    under_adapter = lora is not None and reference == settings.base
    return trainer(
        model=model,
        ref_model=None if under_adapter else common.load_causal(settings, reference),
        args=config(**_arguments(settings, parts), beta=settings.training["kl_coeff"]),
        peft_config=lora,
        **parts,
    )


def _reward(settings: Settings, parts: dict[str, Any]) -> RewardTrainer:
    set_seed(settings.training["seed"])  # a base model has no head yet: loading makes one
    model = common.load_reward(settings, settings.base)
    return RewardTrainer(
        model=model,
        args=RewardConfig(**_arguments(settings, parts)),
        peft_config=common.lora_config(settings, model, "SEQ_CLS"),
        **parts,
    )


def _arguments(settings: Settings, parts: dict[str, Any]) -> dict[str, Any]:
    shared = common.base_arguments(settings, with_eval=parts["eval_dataset"] is not None)
    return {**shared, "max_length": settings.training["max_length"]}
