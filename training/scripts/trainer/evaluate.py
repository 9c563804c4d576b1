"""What the training has changed: held-out loss, perplexity and answers, before and after."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from torch import Tensor
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    TrainerState,
)

from trainer import strict_json
from trainer.callbacks import emit
from trainer.config import Settings
from trainer.data import Example, examples

MAX_ROWS = 500
DEFAULT_PROMPTS = 3
Messages = list[dict[str, str]]


def run(
    settings: Settings, final: Path, tokenizer: PreTrainedTokenizerBase, state: TrainerState
) -> None:
    """Write `evaluation.json`, where there is held-out data or a prompt; else do nothing.

    A device that is too full for it does not undo a training that has succeeded.
    """
    rows = _rows(settings)
    prompts = _prompts(settings, rows)
    if not rows and not prompts:
        return
    try:
        _evaluate(settings, final, tokenizer, state, rows, prompts)
    except torch.OutOfMemoryError as error:
        print(f"WARNING: no evaluation, for want of memory: {error}", flush=True)


def _evaluate(
    settings: Settings,
    final: Path,
    tokenizer: PreTrainedTokenizerBase,
    state: TrainerState,
    rows: list[Example],
    prompts: list[Messages],
) -> None:
    torch.manual_seed(settings.training["seed"])
    found: dict[str, Any] = {
        "data": settings.eval_dataset.name if settings.eval_dataset else None,
        "rows": len(rows),
    }
    measure = _judge if settings.kind == "reward" else _speak
    found |= measure(settings, final, tokenizer, rows, prompts)
    text = strict_json.dumps(strict_json.signed(found), indent=1)
    temporary = settings.output / ".evaluation.json.tmp"
    temporary.write_text(text, "utf-8")
    temporary.replace(settings.output / "evaluation.json")
    numbers = {
        f"{who}_{name}": value
        for who in ("base", "trained")
        for name, value in (found.get(who) or {}).items()
    }
    emit(
        {
            "step": state.global_step,
            "max_steps": state.max_steps,
            "event": "evaluation",
            **numbers,
        }
    )


def _rows(settings: Settings) -> list[Example]:
    if settings.eval_dataset is None:
        return []
    return [row for row, _ in zip(examples(settings.eval_dataset), range(MAX_ROWS), strict=False)]


def _prompts(settings: Settings, rows: list[Example]) -> list[Messages]:
    if settings.kind == "reward":
        return []
    given = settings.evaluation["prompts"]
    if given:
        return [[{"role": "user", "content": text}] for text in given]
    return [row.prompt for row in rows[:DEFAULT_PROMPTS]]


def _speak(
    settings: Settings,
    final: Path,
    tokenizer: PreTrainedTokenizerBase,
    rows: list[Example],
    prompts: list[Messages],
) -> dict[str, Any]:
    base = _load(settings.base)
    before = _losses(base, tokenizer, rows), _answers(base, tokenizer, prompts, settings)
    if (final / "adapter_config.json").is_file():
        trained: Any = PeftModel.from_pretrained(base, str(final))
    else:
        del base  # a GPU need not hold both
        trained = _load(final)
    after = _losses(trained, tokenizer, rows), _answers(trained, tokenizer, prompts, settings)
    return {
        "base": before[0],
        "trained": after[0],
        "accuracy": None,
        "answers": [
            {"prompt": prompt[-1]["content"], "base": old, "trained": new}
            for prompt, old, new in zip(prompts, before[1], after[1], strict=True)
        ],
    }


def _load(path: Path) -> PreTrainedModel:
    model = AutoModelForCausalLM.from_pretrained(path, dtype=_dtype(), local_files_only=True)
    return _placed(model)


def _dtype() -> torch.dtype:
    """Half the memory where the training itself may still hold the other half."""
    return torch.bfloat16 if torch.cuda.is_available() else torch.float32


def _placed(model: Any) -> Any:
    return model.to("cuda" if torch.cuda.is_available() else "cpu").eval()


@torch.no_grad()
def _losses(
    model: Any, tokenizer: PreTrainedTokenizerBase, rows: list[Example]
) -> dict[str, float] | None:
    """Mean negative log-likelihood of the answers' tokens, and exp of it; None without answers."""
    total, tokens = 0.0, 0
    for ids, start in _answered(tokenizer, rows):
        logits = model(input_ids=ids.to(model.device)).logits[0, start - 1 : -1].float()
        wanted = ids[0, start:].to(model.device)
        total += float(torch.nn.functional.cross_entropy(logits, wanted, reduction="sum"))
        tokens += len(wanted)
    if not tokens:
        return None
    loss = total / tokens
    return {"loss": round(loss, 4), "perplexity": round(math.exp(min(loss, 50.0)), 2)}


def _answered(
    tokenizer: PreTrainedTokenizerBase, rows: list[Example]
) -> Iterator[tuple[Tensor, int]]:
    """Token ids of shape (1, length), and where the answer begins."""
    for row in rows:
        answer = row.answers.get("answer") or row.answers.get("chosen")
        if not answer:
            continue
        start = _ids(tokenizer, row.prompt, answer_follows=True).shape[1]
        ids = _ids(tokenizer, [*row.prompt, *answer])
        if ids.shape[1] > start:
            yield ids, start


def _ids(
    tokenizer: PreTrainedTokenizerBase, messages: Messages, *, answer_follows: bool = False
) -> Tensor:
    text = tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=answer_follows
    )
    limit = min(tokenizer.model_max_length, 4096)
    encoded = tokenizer(
        text, return_tensors="pt", add_special_tokens=False, truncation=True, max_length=limit
    )
    return encoded["input_ids"]


@torch.no_grad()
def _answers(
    model: Any, tokenizer: PreTrainedTokenizerBase, prompts: list[Messages], settings: Settings
) -> list[str]:
    """Greedy ones, so that they are the same each time."""
    found = []
    for prompt in prompts:
        ids = _ids(tokenizer, prompt, answer_follows=True).to(model.device)
        made = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            max_new_tokens=settings.evaluation["max_new_tokens"],
            pad_token_id=tokenizer.pad_token_id,
        )
        found.append(tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True))
    return found


def _judge(
    settings: Settings,
    final: Path,
    tokenizer: PreTrainedTokenizerBase,
    rows: list[Example],
    prompts: list[Messages],
) -> dict[str, Any]:
    """How often the better answer gets the higher score (Ouyang et al. 2022), before and after."""
    base = _judging(settings.base, settings)
    before = _accuracy(base, tokenizer, rows)
    adapted = (final / "adapter_config.json").is_file()
    trained = PeftModel.from_pretrained(base, str(final)) if adapted else _judging(final, settings)
    after = _accuracy(trained, tokenizer, rows)
    return {"base": before, "trained": after, "accuracy": after["accuracy"], "answers": []}


def _judging(path: Path, settings: Settings) -> Any:
    torch.manual_seed(settings.training["seed"])  # a base has no head yet: this makes it
    model = AutoModelForSequenceClassification.from_pretrained(
        path, num_labels=1, dtype=_dtype(), local_files_only=True
    )
    return _placed(model)


@torch.no_grad()
def _accuracy(
    model: Any, tokenizer: PreTrainedTokenizerBase, rows: list[Example]
) -> dict[str, float]:
    right, losses = 0, []
    pairs = [row for row in rows if row.has("chosen", "rejected")]
    for row in pairs:
        scores = [
            float(
                model(
                    input_ids=_ids(tokenizer, [*row.prompt, *row.answers[name]]).to(model.device)
                ).logits[0, 0]
            )
            for name in ("chosen", "rejected")
        ]
        right += scores[0] > scores[1]
        behind = scores[1] - scores[0]
        losses.append(behind if not behind < 50.0 else math.log1p(math.exp(behind)))
    count = max(1, len(pairs))
    return {"accuracy": round(right / count, 4), "loss": round(sum(losses) / count, 4)}
