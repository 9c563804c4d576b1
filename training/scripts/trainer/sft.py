"""Supervised fine-tuning of all weights, or of a LoRA adapter, with TRL's SFTTrainer."""

from __future__ import annotations

from trl import SFTConfig, SFTTrainer

from trainer import common
from trainer.callbacks import EndOnSignal, MetricsLines
from trainer.config import Settings
from trainer.data import load_sft


def train(settings: Settings) -> int:
    """Train as asked; returns the exit code. The result is in `<output>/final`."""
    ending = EndOnSignal()
    settings.output.mkdir(parents=True, exist_ok=True)
    tokenizer = common.load_tokenizer(settings.base)
    model = common.load_causal(settings, settings.base)
    train_set, eval_set = common.split(load_sft, settings)
    checkpoint = common.last_checkpoint(settings.output) if settings.checkpoint["resume"] else None
    trainer = SFTTrainer(
        model=model,
        args=SFTConfig(
            **common.base_arguments(settings, with_eval=eval_set is not None),
            max_length=settings.training["max_length"],
            packing=settings.training["packing"],
        ),
        train_dataset=train_set,
        eval_dataset=eval_set,
        processing_class=tokenizer,
        peft_config=common.lora_config(settings, model),
        callbacks=[
            MetricsLines(settings.output / "metrics.jsonl", common.start_step(checkpoint)),
            ending,
        ],
    )
    what = "LoRA adapter" if settings.lora is not None else "Model"
    return common.finish(trainer, settings, tokenizer, ending, checkpoint, what)
