"""What every method shares: precision, arguments, models, the end of a training."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import gather_object
from datasets import Dataset
from peft import LoraConfig
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.trainer_callback import PrinterCallback

from trainer import effective, environment, evaluate
from trainer.callbacks import EndOnSignal, LossGuard
from trainer.config import Settings
from trainer.errors import ConfigError, Diverged

INTERRUPTED = 143  # 128 + SIGTERM, as shells have it


def gpu() -> bool:
    return torch.cuda.is_available()


def world_size() -> int:
    """Processes of the training, on all hosts."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_main() -> bool:
    return int(os.environ.get("RANK", "0")) == 0


def precision(settings: Settings) -> str:
    """`bf16`, `fp16` or `no`; a CPU always trains in full precision."""
    wanted = settings.training["mixed_precision"]
    if settings.training["bf16"] is not None and wanted == "auto":
        wanted = "bf16" if settings.training["bf16"] else "no"
    if not gpu():
        return "no"
    if wanted == "auto":
        return "bf16" if torch.cuda.is_bf16_supported() else "no"
    return str(wanted)


def checkpoints_gradients(settings: Settings) -> bool:
    asked = settings.training["gradient_checkpointing"]
    return gpu() if asked is None else bool(asked)


def base_arguments(settings: Settings, *, with_eval: bool) -> dict[str, Any]:
    """Arguments that every configuration class of TRL and Transformers takes."""
    values, kind = settings.training, precision(settings)
    evaluation: dict[str, Any] = {}
    if with_eval:
        evaluation = {
            "eval_strategy": "steps",
            "eval_steps": settings.evaluation["eval_steps"],
            "per_device_eval_batch_size": settings.evaluation["per_device_eval_batch_size"],
        }
    return {
        "output_dir": str(settings.output),
        "max_steps": values["max_steps"] or -1,
        "num_train_epochs": values["num_train_epochs"],
        "learning_rate": values["learning_rate"],
        "per_device_train_batch_size": values["per_device_train_batch_size"],
        "gradient_accumulation_steps": values["gradient_accumulation_steps"],
        "warmup_steps": values["warmup_steps"],
        "lr_scheduler_type": values["lr_scheduler_type"],
        "weight_decay": values["weight_decay"],
        "max_grad_norm": values["max_grad_norm"],
        "seed": values["seed"],
        "logging_steps": values["logging_steps"],
        "logging_first_step": True,
        "logging_nan_inf_filter": False,  # a loss that is not finite is to be seen
        "report_to": ["tensorboard"],
        "disable_tqdm": True,
        "save_strategy": "steps",
        "save_steps": settings.checkpoint["save_steps"],
        "save_total_limit": settings.checkpoint["save_total_limit"],
        "use_cpu": not gpu(),
        "bf16": kind == "bf16",
        "fp16": kind == "fp16",
        "gradient_checkpointing": checkpoints_gradients(settings),
        "dataloader_pin_memory": gpu(),
        **({"ddp_backend": "gloo"} if world_size() > 1 and not gpu() else {}),
        **_sharding(settings),
        **evaluation,
    }


def _sharding(settings: Settings) -> dict[str, Any]:
    """FSDP (Zhao et al. 2023) or DeepSpeed's ZeRO (Rajbhandari et al. 2020)."""
    values = settings.training
    wanted, offload = values["sharding"], values["cpu_offload"]
    if wanted == "none" or settings.kind == "ppo":  # PPO's models are whole in each process
        return {}
    if not gpu():
        raise ConfigError(f"training.sharding: {wanted} needs GPUs, and none is visible")
    if wanted == "fsdp":
        return {"fsdp": True, "fsdp_config": {"version": 2, "cpu_offload": offload}}
    if importlib.util.find_spec("deepspeed") is None:
        raise ConfigError(
            "training.sharding: deepspeed needs the package deepspeed in the training environment"
        )
    return {"deepspeed": zero_config(values["deepspeed_stage"], offload)}


def zero_config(stage: int, offload: bool) -> dict[str, Any]:
    """DeepSpeed's document; `auto` is filled in from the other arguments."""
    place = {"device": "cpu" if offload else "none"}
    zero: dict[str, Any] = {"stage": stage, "offload_optimizer": place}
    if stage == 3:
        zero |= {"offload_param": place, "stage3_gather_16bit_weights_on_model_save": True}
    return {
        "zero_optimization": zero,
        "bf16": {"enabled": "auto"},
        "fp16": {"enabled": "auto"},
        "gradient_accumulation_steps": "auto",
        "gradient_clipping": "auto",
        "train_batch_size": "auto",
        "train_micro_batch_size_per_gpu": "auto",
    }


def load_tokenizer(path: Path) -> PreTrainedTokenizerBase:
    """With a token to pad with: where the model has none, its end token, as TRL does."""
    tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_causal(settings: Settings, path: Path) -> PreTrainedModel:
    return AutoModelForCausalLM.from_pretrained(
        path, dtype=_dtype(settings), trust_remote_code=False, local_files_only=True
    )


def load_reward(settings: Settings, path: Path) -> PreTrainedModel:
    """A model with one score for a whole text."""
    return AutoModelForSequenceClassification.from_pretrained(
        path,
        num_labels=1,
        dtype=_dtype(settings),
        trust_remote_code=False,
        local_files_only=True,
    )


def _dtype(settings: Settings) -> torch.dtype:
    # Full fine-tuning keeps fp32 master weights; a frozen base under an adapter can be bf16.
    frozen = settings.lora is not None
    return torch.bfloat16 if frozen and precision(settings) == "bf16" else torch.float32


def lora_config(
    settings: Settings, model: PreTrainedModel, task_type: str = "CAUSAL_LM"
) -> LoraConfig | None:
    """None where the configuration has no lora section. Raises ConfigError on unknown modules."""
    if settings.lora is None:
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
        task_type=task_type,
        r=settings.lora["r"],
        lora_alpha=settings.lora["alpha"],
        lora_dropout=settings.lora["dropout"],
        target_modules=wanted,
    )


def split(load: Callable[[Path], Dataset], settings: Settings) -> tuple[Dataset, Dataset | None]:
    """Training and held-out rows: the file for evaluation, else a share of the training rows."""
    train_set = load(settings.dataset)
    if settings.eval_dataset:
        return train_set, load(settings.eval_dataset)
    share = settings.evaluation["split"]
    if not share:
        return train_set, None
    if len(train_set) < 2:
        raise ConfigError("evaluation.split needs a dataset of at least 2 rows")
    parts = train_set.train_test_split(test_size=share, seed=settings.training["seed"])
    return parts["train"], parts["test"]


def last_checkpoint(output: Path) -> Path | None:
    """The newest whole checkpoint: its trainer_state.json is written last."""
    whole = [
        path
        for path in output.glob("checkpoint-*")
        if path.name.split("-")[1].isdigit() and _is_json(path / "trainer_state.json")
    ]
    return max(whole, key=start_step, default=None)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return True


def start_step(checkpoint: Path | None) -> int:
    return int(checkpoint.name.split("-")[1]) if checkpoint else 0


def finish(
    trainer: Any,
    settings: Settings,
    tokenizer: PreTrainedTokenizerBase,
    ending: EndOnSignal,
    checkpoint: Path | None,
    what: str,
) -> int:
    """Train to the end or to a signal, save and evaluate; returns the exit code."""
    _check_same_everywhere(checkpoint)
    trainer.remove_callback(PrinterCallback)  # its lines would double ours
    guard = LossGuard(settings.training["nonfinite_patience"])
    trainer.add_callback(guard)
    if is_main():
        environment.write(settings.output)
        effective.write(settings, trainer.args, precision(settings), world_size())
        trainable = sum(p.numel() for p in trainer.model.parameters() if p.requires_grad)
        rows = len(trainer.train_dataset)
        print(f"Rows: {rows}; trainable parameters: {trainable:,}", flush=True)
        if checkpoint:
            print(f"Resuming from {checkpoint}", flush=True)
    try:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    except RuntimeError as error:  # such as sampling from probabilities that are none
        if not guard.seen:
            raise
        raise Diverged(f"{guard.verdict()}; then: {error}") from error
    if ending.asked:
        print(f"Stopped at step {trainer.state.global_step}; checkpoint saved", flush=True)
        return INTERRUPTED
    if guard.gave_up:
        raise Diverged(f"{guard.verdict()}; ended at step {trainer.state.global_step}")
    final = settings.output / "final"
    trainer.save_model(str(final))
    trainer.accelerator.wait_for_everyone()  # none leaves while another still needs it
    if trainer.is_world_process_zero():
        tokenizer.save_pretrained(final)
        print(f"{what} saved in {final}", flush=True)
        evaluate.run(settings, final, tokenizer, trainer.state)
        if guard.verdict():
            print(f"WARNING: {guard.verdict()}", flush=True)
    return 0


def _check_same_everywhere(checkpoint: Path | None) -> None:
    """Raises ConfigError where some processes would begin elsewhere than others, and then hang."""
    if world_size() > 1 and len(set(gather_object([start_step(checkpoint)]))) > 1:
        raise ConfigError(
            "the processes do not find the same newest checkpoint; to go on from one, all hosts "
            "need the same output folder (or set checkpoint.resume: false)"
        )
