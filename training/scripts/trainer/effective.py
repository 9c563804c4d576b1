"""The values that a training really uses: in the log, and beside its result."""

from __future__ import annotations

from typing import Any

import yaml
from transformers import TrainingArguments

from trainer.config import Settings
from trainer.schema import RL, keys_for

FROM_ARGUMENTS = (
    "learning_rate", "per_device_train_batch_size", "gradient_accumulation_steps", "seed",
    "warmup_steps", "weight_decay", "max_grad_norm", "gradient_checkpointing",
)  # fmt: skip


def write(settings: Settings, args: TrainingArguments, precision: str, world: int) -> None:
    """`effective_config.yaml`, a configuration that trains the same; and its lines on the log."""
    text = yaml.safe_dump(document(settings, args, precision), allow_unicode=True, sort_keys=False)
    rows = args.per_device_train_batch_size * args.gradient_accumulation_steps * world
    text += f"# on {args.device.type}, processes: {world}, rows a step: {rows}\n"
    (settings.output / "effective_config.yaml").write_text(text, "utf-8")
    print("Effective configuration:", flush=True)
    for line in text.splitlines():
        print(f"  {line}", flush=True)


def document(settings: Settings, args: TrainingArguments, precision: str) -> dict[str, Any]:
    """Only what the method reads, as a configuration has it."""
    training = {**settings.training, **{name: getattr(args, name) for name in FROM_ARGUMENTS}}
    training |= {
        "mixed_precision": precision,
        "lr_scheduler_type": getattr(args.lr_scheduler_type, "value", args.lr_scheduler_type),
    }
    training.pop("bf16")
    kind = settings.kind
    job = {"type": "rl", "method": kind} if kind in RL else {"type": kind}
    found: dict[str, Any] = {
        "job": {**job, "project": settings.project},
        "model": {role: str(path) for role, path in settings.models.items()},
        "data": {"train": str(settings.dataset)},
        "training": training,
        "lora": settings.lora,
        "evaluation": {**settings.evaluation, "data": str(settings.eval_dataset or "")},
        "checkpoint": settings.checkpoint,
    }
    read = {key.path for key in keys_for(kind)}
    return {
        section: {
            key: value
            for key, value in values.items()
            if f"{section}.{key}" in read and value is not None
        }
        for section, values in found.items()
        if values is not None
    }
