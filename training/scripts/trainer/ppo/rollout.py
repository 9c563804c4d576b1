"""One rollout: answer the prompts, score the answers, and work out what each token was worth.

Shapes: B answers of this process, P prompt and T answer tokens, prompts padded on the left.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, fields
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor
from transformers import GenerationConfig, PreTrainedTokenizerBase

from trainer.ppo.advantage import gae, token_rewards
from trainer.ppo.model import (
    ActorCritic,
    Reference,
    RewardModel,
    answer_entropy,
    answer_values,
)
from trainer.ppo.options import GAE_LAMBDA, GAMMA, Options

Conversation = list[dict[str, str]]


@dataclass
class Batch:
    """What the update needs of some answers."""

    ids: Tensor  # (B, P+T)
    mask: Tensor  # (B, P+T), 1 on prompt and answer tokens
    answered: Tensor  # (B, T), 1.0 on answer tokens up to and with the first end token
    log_probs: Tensor  # (B, T) of the policy that answered
    values: Tensor  # (B, T)
    advantages: Tensor  # (B, T), whitened over all processes
    returns: Tensor  # (B, T)

    def part(self, index: Tensor) -> Batch:
        return Batch(**{one.name: getattr(self, one.name)[index] for one in fields(self)})


@dataclass
class Answers:
    """Generated tokens, before anything is known of their worth."""

    ids: Tensor  # (B, P+T)
    mask: Tensor  # (B, P+T)
    answered: Tensor  # (B, T)
    texts: list[str]

    @property
    def length(self) -> int:
        return self.answered.shape[1]


@dataclass
class Judged:
    """Answers and what the four networks say of them."""

    ids: Tensor  # (B, P+T)
    mask: Tensor  # (B, P+T)
    answered: Tensor  # (B, T)
    log_probs: Tensor  # (B, T)
    entropy: Tensor  # (B, T), nats
    values: Tensor  # (B, T)
    reference: Tensor  # (B, T), log-probabilities
    score: Tensor  # (B,)


def joined(pieces: list[Judged], pad: int) -> Judged:
    """All rows as one, the answers filled up to the longest by what counts for nothing."""
    longest = max(piece.answered.shape[1] for piece in pieces)

    def all_rows(name: str) -> Tensor:
        parts = [getattr(piece, name) for piece in pieces]
        if name != "score":
            fill = pad if name == "ids" else 0
            missing = [longest - piece.answered.shape[1] for piece in pieces]
            parts = [
                torch.nn.functional.pad(part, (0, more), value=fill)
                for part, more in zip(parts, missing, strict=True)
            ]
        return torch.cat(parts)

    return Judged(**{one.name: all_rows(one.name) for one in fields(Judged)})


class Collector:
    """Makes rollouts with the policy as it is now."""

    def __init__(
        self,
        accelerator: Accelerator,
        actor_critic: ActorCritic,
        reference: Reference,
        reward: RewardModel,
        tokenizer: PreTrainedTokenizerBase,
        options: Options,
    ) -> None:
        self.accelerator, self.actor_critic = accelerator, actor_critic
        self.reference, self.reward = reference, reward
        self.options = options
        self.tokenizer = copy.deepcopy(tokenizer)  # the one that is saved keeps its sides
        # The prompt's end matters: it holds the turn that is answered.
        self.tokenizer.padding_side = self.tokenizer.truncation_side = "left"

    @torch.no_grad()
    def collect(self, conversations: list[Conversation]) -> tuple[Batch, dict[str, float]]:
        """The answers with their advantages, and the rollout's figures over all processes."""
        self.actor_critic.eval()
        prompts = self._prompts(conversations)
        pieces = []
        for first in range(0, len(conversations), self.options.together):
            rows = slice(first, first + self.options.together)
            with self.accelerator.autocast():
                answers = self._generate(prompts.input_ids[rows], prompts.attention_mask[rows])
                pieces.append(self._judge(conversations[rows], answers))
        return self._batch(joined(pieces, self.tokenizer.pad_token_id))

    def _batch(self, whole: Judged) -> tuple[Batch, dict[str, float]]:
        options, answered = self.options, whole.answered
        kl = (whole.log_probs - whole.reference) * answered
        rewards = token_rewards(whole.score, kl, answered, options.kl_coeff)
        advantages, returns = gae(rewards, whole.values, answered, GAMMA, GAE_LAMBDA)
        batch = Batch(
            ids=whole.ids,
            mask=whole.mask,
            answered=answered,
            log_probs=whole.log_probs * answered,
            values=whole.values * answered,
            advantages=self._whiten(advantages, answered),
            returns=returns,
        )
        return batch, self._figures(whole, kl)

    def _prompts(self, conversations: list[Conversation]) -> Any:
        """Ids and mask (B, P) of all, so that they have one length."""
        texts = self.tokenizer.apply_chat_template(
            conversations, tokenize=False, add_generation_prompt=True
        )
        return self.tokenizer(
            texts,
            return_tensors="pt",
            padding=True,
            truncation=True,
            max_length=self.options.max_prompt,
            add_special_tokens=False,  # the template has them
        ).to(self.accelerator.device)

    def _generate(self, prompt: Tensor, mask: Tensor) -> Answers:
        ends = _end_tokens(self.actor_critic.policy, self.tokenizer)
        ids = self.actor_critic.policy.generate(
            input_ids=prompt, attention_mask=mask, generation_config=self._sampling(ends)
        )
        answer = ids[:, prompt.shape[1] :]
        is_end = torch.isin(answer, torch.tensor(ends, device=answer.device)).long()
        answered = (is_end.cumsum(-1) - is_end) == 0
        kept = [row[keep] for row, keep in zip(answer, answered, strict=True)]
        return Answers(
            ids=ids,
            mask=torch.cat([mask, answered.long()], dim=1),
            answered=answered.float(),
            texts=self.tokenizer.batch_decode(kept, skip_special_tokens=True),
        )

    def _judge(self, conversations: list[Conversation], answers: Answers) -> Judged:
        actor_critic, length = self.actor_critic, answers.length
        given = (answers.ids, answers.mask, length, self.options.temperature)
        log_probs, entropy = answer_entropy(actor_critic.policy, *given)
        return Judged(
            ids=answers.ids,
            mask=answers.mask,
            answered=answers.answered,
            log_probs=log_probs,
            entropy=entropy,
            values=answer_values(actor_critic.critic, answers.ids, answers.mask, length),
            reference=self.reference.log_probs(actor_critic.policy, *given),
            score=self._score(conversations, answers.texts),
        )

    def _sampling(self, ends: list[int]) -> GenerationConfig:
        """Plain sampling: a model's own top-k or penalties would belie its log-probabilities."""
        return GenerationConfig(
            do_sample=True,
            temperature=self.options.temperature,
            top_k=0,
            top_p=1.0,
            repetition_penalty=1.0,
            max_new_tokens=self.options.max_answer,
            eos_token_id=ends,
            pad_token_id=self.tokenizer.pad_token_id,
        )

    def _score(self, conversations: list[Conversation], texts: list[str]) -> Tensor:
        pairs = zip(conversations, texts, strict=True)
        return self.reward.score(
            [[*turns, {"role": "assistant", "content": text}] for turns, text in pairs]
        )

    def _whiten(self, advantages: Tensor, answered: Tensor) -> Tensor:
        """Mean 0 and deviation 1 over the tokens of all processes."""
        sums = torch.stack(
            [(advantages * answered).sum(), (advantages**2 * answered).sum(), answered.sum()]
        )
        total, squares, count = self.accelerator.reduce(sums, reduction="sum")
        mean = total / count
        deviation = (squares / count - mean**2).clamp(min=1e-8).sqrt()
        return (advantages - mean) / deviation * answered

    def _figures(self, whole: Judged, kl: Tensor) -> dict[str, float]:
        """Means over answers; kl is summed over an answer's tokens, entropy is per token (nats)."""
        answered = whole.answered
        each = [whole.score, kl.sum(1), answered.sum(1), (whole.entropy * answered).sum(1)]
        table = torch.stack([*each, whole.mask.sum(1).float()], dim=1)
        score, kl, length, entropy, tokens = self.accelerator.gather(table).unbind(1)
        return {
            "reward": score.mean().item(),
            "reward_std": score.std(unbiased=False).item(),
            "kl": kl.mean().item(),
            "mean_length": length.mean().item(),
            "entropy": (entropy.sum() / length.sum()).item(),
            "tokens": tokens.sum().item(),
        }


def _end_tokens(policy: Any, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """A chat model may end on several tokens: its tokenizer's, and its generation settings'."""
    own = policy.generation_config.eos_token_id
    own = own if isinstance(own, list) else [own]
    return sorted({token for token in (tokenizer.eos_token_id, *own) if token is not None})
