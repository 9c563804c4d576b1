"""Supervised fine-tuning of all weights, or of a LoRA adapter, with TRL's SFTTrainer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers.trainer_callback import PrinterCallback
from trl import SFTConfig, SFTTrainer

from datasets import Dataset
from trainer.callbacks import EndOnSignal, MetricsLines
from trainer.config import Settings
from trainer.data import load_sft
from trainer.errors import ConfigError

INTERRUPTED = 143  # 128 + SIGTERM, as shells have it


def train(settings: Settings) -> int:
    """Train as asked; returns the exit code. The result is in `<output>/final`."""
    ending = EndOnSignal()
    settings.output.mkdir(parents=True, exist_ok=True)
    tokenizer = AutoTokenizer.from_pretrained(settings.base)
    model = _model(settings)
    train_set, eval_set = _datasets(settings)
    checkpoint = last_checkpoint(settings.output) if settings.checkpoint["resume"] else None
    step = int(checkpoint.name.split("-")[1]) if checkpoint else 0
    trainer = SFTTrainer(
        model=model,
        args=_arguments(settings, with_eval=eval_set is not None),
        train_dataset=train_set,
        eval_dataset=eval_set,
        processing_class=tokenizer,
        peft_config=_lora(settings, model),
        callbacks=[MetricsLines(settings.output / "metrics.jsonl", step), ending],
    )
    trainer.remove_callback(PrinterCallback)  # its lines would double ours
    trainable = sum(p.numel() for p in trainer.model.parameters() if p.requires_grad)
    print(f"Rows: {len(train_set)}; trainable parameters: {trainable:,}", flush=True)
    if checkpoint:
        print(f"Resuming from {checkpoint}", flush=True)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if ending.asked:
        print(f"Stopped at step {trainer.state.global_step}; checkpoint saved", flush=True)
        return INTERRUPTED
    final = settings.output / "final"
    trainer.save_model(str(final))
    if trainer.is_world_process_zero():
        tokenizer.save_pretrained(final)
        what = "LoRA adapter" if settings.kind == "lora" else "Model"
        print(f"{what} saved in {final}", flush=True)
    return 0


def last_checkpoint(output: Path) -> Path | None:
    """The newest whole checkpoint: transformers writes trainer_state.json last."""
    whole = [
        path
        for path in output.glob("checkpoint-*")
        if path.name.split("-")[1].isdigit() and (path / "trainer_state.json").is_file()
    ]
    return max(whole, key=lambda path: int(path.name.split("-")[1]), default=None)


def _model(settings: Settings) -> PreTrainedModel:
    # Full fine-tuning keeps fp32 master weights; a frozen base under an adapter can be bf16.
    gpu = torch.cuda.is_available()
    dtype = torch.bfloat16 if gpu and settings.kind == "lora" else torch.float32
    return AutoModelForCausalLM.from_pretrained(
        settings.base, dtype=dtype, trust_remote_code=False, local_files_only=True
    )


def _datasets(settings: Settings) -> tuple[Dataset, Dataset | None]:
    train_set = load_sft(settings.dataset)
    if settings.eval_dataset:
        return train_set, load_sft(settings.eval_dataset)
    share = settings.evaluation["split"]
    if not share:
        return train_set, None
    if share >= 1 or len(train_set) < 2:
        raise ConfigError("evaluation.split must be below 1, of a dataset of at least 2 rows")
    parts = train_set.train_test_split(test_size=share, seed=settings.training["seed"])
    return parts["train"], parts["test"]


def _lora(settings: Settings, model: PreTrainedModel) -> LoraConfig | None:
    if settings.kind != "lora":
        return None
    wanted = settings.lora["target_modules"]
    if isinstance(wanted, list):
        linear = {
            name.split(".")[-1]
            for name, module in model.named_modules()
            if isinstance(module, torch.nn.Linear)
        }
        missing = [name for name in wanted if name.split(".")[-1] not in linear]
        if missing:
            raise ConfigError(
                f"lora.target_modules {missing} are not in this model; it has {sorted(linear)}"
            )
    return LoraConfig(
        task_type="CAUSAL_LM",
        r=settings.lora["r"],
        lora_alpha=settings.lora["alpha"],
        lora_dropout=settings.lora["dropout"],
        target_modules=wanted,
    )


def _arguments(settings: Settings, *, with_eval: bool) -> SFTConfig:
    values, gpu = settings.training, torch.cuda.is_available()
    checkpointing = values["gradient_checkpointing"]
    bf16 = values["bf16"]
    extra: dict[str, Any] = {}
    if gpu if checkpointing is None else checkpointing:
        extra["gradient_checkpointing"] = True
    if with_eval:
        extra |= {
            "eval_strategy": "steps",
            "eval_steps": settings.evaluation["eval_steps"],
            "per_device_eval_batch_size": settings.evaluation["per_device_eval_batch_size"],
        }
    return SFTConfig(
        output_dir=str(settings.output),
        max_steps=values["max_steps"] or -1,
        num_train_epochs=values["num_train_epochs"],
        learning_rate=values["learning_rate"],
        per_device_train_batch_size=values["per_device_train_batch_size"],
        gradient_accumulation_steps=values["gradient_accumulation_steps"],
        max_length=values["max_length"],
        packing=values["packing"],
        warmup_steps=values["warmup_steps"],
        lr_scheduler_type=values["lr_scheduler_type"],
        weight_decay=values["weight_decay"],
        max_grad_norm=values["max_grad_norm"],
        seed=values["seed"],
        logging_steps=1,
        logging_first_step=True,
        report_to=["tensorboard"],
        disable_tqdm=True,
        save_strategy="steps",
        save_steps=settings.checkpoint["save_steps"],
        save_total_limit=settings.checkpoint["save_total_limit"],
        use_cpu=not gpu,
        bf16=gpu and torch.cuda.is_bf16_supported() if bf16 is None else bf16 and gpu,
        dataloader_pin_memory=gpu,
        **extra,
    )
