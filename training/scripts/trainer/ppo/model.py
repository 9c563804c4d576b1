"""The networks of PPO: the actor with its critic, the frozen reference and the reward model.

Shapes: B sequences of P prompt and T answer tokens, left-padded prompts.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass

from peft import PeftModel
from torch import Tensor, nn
from transformers import PreTrainedModel, PreTrainedTokenizerBase


class ActorCritic(nn.Module):
    """One module for both, so that one backward pass and one DDP wrapper serve them."""

    def __init__(self, policy: PreTrainedModel, critic: PreTrainedModel) -> None:
        super().__init__()
        self.policy, self.critic = policy, critic

    def forward(
        self, ids: Tensor, mask: Tensor, answer_length: int, temperature: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        """ids, mask (B, P+T) -> log-probabilities, entropies (nats) and values, each (B, T)."""
        log_probs, entropy = answer_log_probs(self.policy, ids, mask, answer_length, temperature)
        return log_probs, entropy, _values(self.critic, ids, mask, answer_length)


def answer_log_probs(
    model: PreTrainedModel, ids: Tensor, mask: Tensor, answer_length: int, temperature: float
) -> tuple[Tensor, Tensor]:
    """Log-probability and entropy (nats) of each answer token, both (B, T)."""
    logits = model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=positions(mask),
        logits_to_keep=answer_length + 1,  # the token before the answer predicts its first
    ).logits[:, :-1]
    log_softmax = (logits.float() / temperature).log_softmax(-1)
    chosen = log_softmax.gather(-1, ids[:, -answer_length:, None]).squeeze(-1)
    return chosen, -(log_softmax.exp() * log_softmax).sum(-1)


def positions(mask: Tensor) -> Tensor:
    """Position of each token when padding on the left does not count."""
    return (mask.cumsum(-1) - 1).clamp(min=0)


def _values(critic: PreTrainedModel, ids: Tensor, mask: Tensor, answer_length: int) -> Tensor:
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
            return answer_log_probs(model, ids, mask, answer_length, temperature)[0]


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
