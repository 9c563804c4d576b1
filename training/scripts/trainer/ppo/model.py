"""The networks of PPO: the actor with its critic, the frozen reference and the reward model.

Shapes: B sequences of P prompt and T answer tokens, left-padded prompts.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

import torch
from peft import PeftModel
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint
from transformers import PreTrainedModel, PreTrainedTokenizerBase

PART_BYTES = 64 * 1024 * 1024  # of logits that are worked on at a time


class ActorCritic(nn.Module):
    """One module for both, so that one backward pass and one DDP wrapper serve them."""

    def __init__(self, policy: PreTrainedModel, critic: PreTrainedModel) -> None:
        super().__init__()
        self.policy, self.critic = policy, critic

    def forward(
        self, ids: Tensor, mask: Tensor, answer_length: int, temperature: float
    ) -> tuple[Tensor, Tensor]:
        """ids, mask (B, P+T) -> log-probabilities and values, each (B, T)."""
        log_probs = answer_log_probs(self.policy, ids, mask, answer_length, temperature)
        return log_probs, answer_values(self.critic, ids, mask, answer_length)


def answer_log_probs(
    model: PreTrainedModel, ids: Tensor, mask: Tensor, answer_length: int, temperature: float
) -> Tensor:
    """Log-probability of each answer token, (B, T).

    A few rows at a time: in full precision, scaled and exponentiated, the logits of all would be
    there three times over, and a vocabulary is large. Gradients compute a part's again.
    """
    logits = _answer_logits(model, ids, mask, answer_length)
    again = _log_probs_again if torch.is_grad_enabled() else _log_probs
    parts = _parts(logits, ids[:, -answer_length:])
    return torch.cat([again(part, chosen, temperature) for part, chosen in parts])


def _parts(logits: Tensor, chosen: Tensor) -> list[tuple[Tensor, Tensor]]:
    """As many rows together as are PART_BYTES in full precision, one at least."""
    rows = max(1, PART_BYTES // (4 * logits[0].numel()))
    return list(zip(logits.split(rows), chosen.split(rows), strict=True))


def answer_entropy(
    model: PreTrainedModel, ids: Tensor, mask: Tensor, answer_length: int, temperature: float
) -> tuple[Tensor, Tensor]:
    """Log-probability and entropy (nats) at each answer token, both (B, T); without gradients."""
    logits = _answer_logits(model, ids, mask, answer_length)
    parts = _parts(logits, ids[:, -answer_length:])
    log_probs = [_log_probs(part, chosen, temperature) for part, chosen in parts]
    return torch.cat(log_probs), torch.cat([_entropy(part, temperature) for part, _ids in parts])


def _answer_logits(model: PreTrainedModel, ids: Tensor, mask: Tensor, answer_length: int) -> Tensor:
    """(B, T+1, V): the token before the answer predicts its first; the last one nothing."""
    return model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=positions(mask),
        logits_to_keep=answer_length + 1,
    ).logits


def _log_probs(logits: Tensor, chosen: Tensor, temperature: float) -> Tensor:
    """(b, T+1, V), (b, T) -> (b, T)"""
    scaled = logits[:, :-1].float() / temperature
    return scaled.gather(-1, chosen[..., None]).squeeze(-1) - scaled.logsumexp(-1)


def _log_probs_again(logits: Tensor, chosen: Tensor, temperature: float) -> Tensor:
    """The same, but for the backward pass only the logits are kept, which are there anyway."""
    return checkpoint(
        _log_probs, logits, chosen, temperature, use_reentrant=False, preserve_rng_state=False
    )


def _entropy(logits: Tensor, temperature: float) -> Tensor:
    """(b, T+1, V) -> (b, T)"""
    scaled = logits[:, :-1].float() / temperature
    return scaled.logsumexp(-1) - (scaled.softmax(-1) * scaled).sum(-1)


def positions(mask: Tensor) -> Tensor:
    """Position of each token when padding on the left does not count."""
    return (mask.cumsum(-1) - 1).clamp(min=0)


def answer_values(critic: PreTrainedModel, ids: Tensor, mask: Tensor, answer_length: int) -> Tensor:
    """Expected return in the state before each answer token, (B, T)."""
    whole = critic.get_base_model() if isinstance(critic, PeftModel) else critic
    body = getattr(whole, whole.base_model_prefix)
    hidden = body(
        input_ids=ids, attention_mask=mask, position_ids=positions(mask)
    ).last_hidden_state
    return whole.score(hidden[:, -answer_length - 1 : -1]).squeeze(-1).float()


@dataclass
class Reference:
    """The policy before training: a model of its own, or the policy without its adapter."""

    model: PreTrainedModel | None

    def log_probs(
        self,
        policy: PreTrainedModel,
        ids: Tensor,
        mask: Tensor,
        answer_length: int,
        temperature: float,
    ) -> Tensor:
        """(B, T)"""
        without = policy.disable_adapter() if self.model is None else nullcontext()
        with without:
            model = self.model or policy
            return answer_log_probs(model, ids, mask, answer_length, temperature)


@dataclass
class RewardModel:
    """Scores a whole conversation as text, so its tokenizer may differ from the policy's."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    max_length: int

    def score(self, conversations: list[list[dict[str, str]]]) -> Tensor:
        """B conversations -> (B,)"""
        texts = self.tokenizer.apply_chat_template(conversations, tokenize=False)
        batch = self.tokenizer(
            texts,
            return_tensors="pt",
            padding=True,
            truncation=True,
            max_length=self.max_length,
            add_special_tokens=False,  # the template has them
        ).to(self.model.device)
        return self.model(**batch).logits[:, 0].float()
