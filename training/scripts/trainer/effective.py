"""The values that a training really uses: in the log, and beside its result."""

from __future__ import annotations

from typing import Any

import yaml
from transformers import TrainingArguments

from trainer.config import Settings

FROM_ARGUMENTS = (
    "learning_rate", "per_device_train_batch_size", "gradient_accumulation_steps", "seed",
    "warmup_steps", "weight_decay", "max_grad_norm", "gradient_checkpointing",
)  # fmt: skip


def write(settings: Settings, args: TrainingArguments, precision: str, world: int) -> None:
    """`effective_config.yaml`, and the same lines on standard output."""
    text = yaml.safe_dump(
        document(settings, args, precision, world), allow_unicode=True, sort_keys=False
    )
    (settings.output / "effective_config.yaml").write_text(text, "utf-8")
    print("Effective configuration:", flush=True)
    for line in text.splitlines():
        print(f"  {line}", flush=True)


def document(
    settings: Settings, args: TrainingArguments, precision: str, world: int
) -> dict[str, Any]:
    training = {**settings.training, **{name: getattr(args, name) for name in FROM_ARGUMENTS}}
    training |= {"mixed_precision": precision, "lr_scheduler_type": str(args.lr_scheduler_type)}
    training.pop("bf16")
    found: dict[str, Any] = {
        "job": {"method": settings.kind, "project": settings.project},
        "model": {role: str(path) for role, path in settings.models.items()},
        "data": {"train": str(settings.dataset)},
        "training": _plain(training),
        "evaluation": {**settings.evaluation, "data": str(settings.eval_dataset or "")},
        "checkpoint": settings.checkpoint,
        "machine": {
            "device": args.device.type,
            "processes": world,
            "rows_per_step": args.per_device_train_batch_size
            * args.gradient_accumulation_steps
            * world,
        },
    }
    if settings.lora is not None:
        found["lora"] = settings.lora
    return found


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Enumerations of the libraries as their words."""
    return {
        key: value if isinstance(value, int | float | str | list | None) else str(value)
        for key, value in values.items()
    }
