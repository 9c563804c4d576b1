"""Merges a LoRA adapter into its base, and checks that the merged model says the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

from trainer import common, environment, strict_json
from trainer.callbacks import emit
from trainer.config import Settings
from trainer.errors import ConfigError
from trainer.places import model_folder

TOLERANCE = 1e-2  # of logits in full precision; above it something other than rounding differs
PROBE = "0123456789 abc 你好"


def train(settings: Settings) -> int:
    """Merge; the whole model is in `<output>/final`. Named so that all methods start alike."""
    adapter = settings.models["adapter"]
    base = settings.models.get("base") or _base_of(adapter)
    print(f"Merging {adapter} into {base}", flush=True)
    model = _load(base, adapter)
    tokenizer = common.load_tokenizer(adapter if _has_tokenizer(adapter) else base)
    adapted: Any = PeftModel.from_pretrained(model, str(adapter)).eval()
    ids = tokenizer(PROBE, return_tensors="pt", add_special_tokens=False)["input_ids"]
    wanted = _logits(adapted, ids)
    merged = adapted.merge_and_unload()
    difference = float((_logits(merged, ids) - wanted).abs().max())
    print(f"Largest difference of a logit, merged against adapter: {difference:.2e}", flush=True)
    if not difference < TOLERANCE:
        raise ConfigError(f"the merged model differs by {difference:.2e} and is not kept")
    _save(settings.output, merged, tokenizer)
    emit({"step": 1, "max_steps": 1, "logit_difference": difference})
    return 0


def _load(base: Path, adapter: Path) -> Any:
    """The base as what the adapter was trained on: a reward model has a score, no next token."""
    shared: dict[str, Any] = {
        "dtype": torch.float32, "trust_remote_code": False, "local_files_only": True,
    }  # fmt: skip
    if _document(adapter).get("task_type") == "SEQ_CLS":
        return AutoModelForSequenceClassification.from_pretrained(base, num_labels=1, **shared)
    return AutoModelForCausalLM.from_pretrained(base, **shared)


def _document(adapter: Path) -> dict[str, Any]:
    try:
        return dict(strict_json.loads((adapter / "adapter_config.json").read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise ConfigError(f"{adapter}/adapter_config.json cannot be read ({error})") from error


def _base_of(adapter: Path) -> Path:
    name = str(_document(adapter).get("base_model_name_or_path") or "")
    try:
        return model_folder(name, "config.json")
    except ConfigError as error:
        raise ConfigError(f"model.base: the adapter names {name!r}: {error}") from error


def _has_tokenizer(folder: Path) -> bool:
    return (folder / "tokenizer_config.json").is_file()


@torch.no_grad()
def _logits(model: Any, ids: torch.Tensor) -> torch.Tensor:
    return model(input_ids=ids).logits.float()


def _save(output: Path, model: Any, tokenizer: Any) -> None:
    output.mkdir(parents=True, exist_ok=True)
    environment.write(output)
    temporary, final = output / ".final.tmp", output / "final"
    shutil.rmtree(temporary, ignore_errors=True)
    model.save_pretrained(temporary)
    tokenizer.save_pretrained(temporary)
    shutil.rmtree(final, ignore_errors=True)
    temporary.rename(final)
    size = sum(path.stat().st_size for path in final.rglob("*") if path.is_file())
    print(f"Merged model saved in {final}: {size / 2**20:.1f} MiB", flush=True)
