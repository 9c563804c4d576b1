"""Run by the training environment's Python: PPO in parts and as a whole, on random tiny networks.

Prints one JSON object that test_ppo_in_parts.py judges.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from make_tiny_model import make_tokenizer
from torch import Tensor
from trainer.ppo import model as networks
from trainer.ppo.model import ActorCritic, Reference, RewardModel
from trainer.ppo.options import Options
from trainer.ppo.rollout import Batch, Collector
from trainer.ppo.update import Updater
from transformers import LlamaConfig, LlamaForCausalLM, LlamaForSequenceClassification

ROWS, TOGETHER = 8, 3
CONVERSATIONS = [[{"role": "user", "content": "问题 question " * n}] for n in range(1, ROWS + 1)]


class Greedy(Collector):
    """Samples nothing, so that the answers are the same however they are divided."""

    def _sampling(self, ends: list[int]) -> Any:
        config = super()._sampling(ends)
        config.do_sample, config.temperature = False, None
        return config


def options(together: int) -> Options:
    return Options(
        rollout=ROWS, local=ROWS, together=together, micro=2, accumulation=2, epochs=2,
        kl_coeff=0.1, clip=0.2, value_coeff=0.1, temperature=0.7, max_prompt=32, max_answer=12,
        seed=1,
    )  # fmt: skip


def made(kind: type, seed: int, tokenizer: Any) -> Any:
    torch.manual_seed(seed)
    return kind(
        LlamaConfig(
            vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
            num_attention_heads=2, initializer_range=0.3, pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id, num_labels=1,
        )
    ).eval()  # fmt: skip


def rows_seen(models: dict[str, Any]) -> dict[str, list[int]]:
    """The rows of each forward pass from now on, by network."""
    seen: dict[str, list[int]] = defaultdict(list)
    for name, model in models.items():

        def forward(_name: str = name, _forward: Any = model.forward, **more: Any) -> Any:
            seen[_name].append(len(more["input_ids"]))
            return _forward(**more)

        model.forward = forward
    return seen


def rollout_and_update(together: int, tokenizer: Any) -> tuple[Batch, dict[str, Any]]:
    policy, reference = (made(LlamaForCausalLM, seed, tokenizer) for seed in (1, 2))
    policy.generation_config.eos_token_id = list(range(0, len(tokenizer), 8))  # soon, not at once
    critic, judge = (made(LlamaForSequenceClassification, seed, tokenizer) for seed in (3, 4))
    seen = rows_seen(
        {"policy": policy, "reference": reference, "critic": critic.model, "judge": judge}
    )
    accelerator = Accelerator(cpu=True, gradient_accumulation_steps=2)
    actor_critic = ActorCritic(policy, critic)
    optimizer = accelerator.prepare(torch.optim.AdamW(actor_critic.parameters(), lr=1e-3))
    collector = Greedy(
        accelerator, actor_critic, Reference(reference), RewardModel(judge, tokenizer, 64),
        tokenizer, options(together),
    )  # fmt: skip
    batch, figures = collector.collect(CONVERSATIONS)
    most = {name: max(rows) for name, rows in seen.items()}
    torch.manual_seed(5)
    losses = Updater(accelerator, actor_critic, optimizer, options(together), 1.0).update(batch)
    return batch, {"figures": figures, "losses": losses, "most": most}


def plainly(logits: Tensor, chosen: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
    """All rows at once, as the formulas are written."""
    log_softmax = (logits[:, :-1].float() / temperature).log_softmax(-1)
    found = log_softmax.gather(-1, chosen[:, :, None]).squeeze(-1)
    return found, -(log_softmax.exp() * log_softmax).sum(-1)


def kept_for_backward(compute: Any) -> int:
    """How many numbers as large as a vocabulary autograd keeps."""
    kept: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        if tensor.dim() and tensor.shape[-1] > 1000:
            kept[tensor.data_ptr()] = tensor.numel()
        held.append(tensor)  # so that no address is used again
        return tensor

    held: list[Tensor] = []
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        compute()
    return sum(kept.values())


def against_the_formulas() -> dict[str, float]:
    torch.manual_seed(6)
    logits = (torch.randn(5, 8, 1200) * 3).requires_grad_()
    ids = torch.randint(0, 1200, (5, 7))

    class Given:
        def __call__(self, **more: Any) -> Any:
            return type("Output", (), {"logits": logits})

    mask, given = torch.ones(5, 7), Given()
    found = networks.answer_log_probs(given, ids, mask, 7, 0.7)
    with torch.no_grad():
        log_probs, entropy = networks.answer_entropy(given, ids, mask, 7, 0.7)
    wanted, wanted_entropy = plainly(logits, ids, 0.7)
    weights = torch.randn(5, 7)
    (gradient,) = torch.autograd.grad((found * weights).sum(), logits)
    (wanted_gradient,) = torch.autograd.grad((wanted * weights).sum(), logits)
    whole = kept_for_backward(lambda: plainly(logits, ids, 0.7))
    rows = kept_for_backward(lambda: networks.answer_log_probs(given, ids, mask, 7, 0.7))
    return {
        "log_probs": far(found, wanted),
        "log_probs_rollout": far(log_probs, wanted),
        "entropy": far(entropy, wanted_entropy),
        "gradient": far(gradient, wanted_gradient),
        "kept": rows / logits.numel(),
        "kept_before": whole / logits.numel(),
    }


def far(one: Tensor, other: Tensor) -> float:
    return float((one.double() - other.double()).abs().max())


def main(corpus: Path) -> None:
    torch.set_num_threads(1)
    tokenizer = make_tokenizer([corpus])
    whole, measured = rollout_and_update(ROWS, tokenizer)
    parts, measured_parts = rollout_and_update(TOGETHER, tokenizer)
    found = {
        "shapes": [list(whole.ids.shape), list(parts.ids.shape)],
        "lengths": whole.answered.sum(1).tolist(),
        "differences": {
            one.name: far(getattr(whole, one.name), getattr(parts, one.name))
            for one in fields(Batch)
        },
        "whole": measured,
        "parts": measured_parts,
        "formulas": against_the_formulas(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
