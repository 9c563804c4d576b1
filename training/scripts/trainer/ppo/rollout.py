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
from trainer.ppo.model import ActorCritic, Reference, RewardModel
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
        options = self.options
        with self.accelerator.autocast():
            answers = self._generate(conversations)
            given = (answers.ids, answers.mask, answers.length, options.temperature)
            log_probs, entropy, values = self.actor_critic(*given)
            reference = self.reference.log_probs(self.actor_critic.policy, *given)
            score = self._score(conversations, answers.texts)
        answered = answers.answered
        kl = (log_probs - reference) * answered
        rewards = token_rewards(score, kl, answered, options.kl_coeff)
        advantages, returns = gae(rewards, values, answered, GAMMA, GAE_LAMBDA)
        batch = Batch(
            ids=answers.ids,
            mask=answers.mask,
            answered=answered,
            log_probs=log_probs,
            values=values * answered,
            advantages=self._whiten(advantages, answered),
            returns=returns,
        )
        return batch, self._figures(answers, score, kl, entropy)

    def _generate(self, conversations: list[Conversation]) -> Answers:
        texts = self.tokenizer.apply_chat_template(
            conversations, tokenize=False, add_generation_prompt=True
        )
        prompt = self.tokenizer(
            texts,
            return_tensors="pt",
            padding=True,
            truncation=True,
            max_length=self.options.max_prompt,
            add_special_tokens=False,  # the template has them
        ).to(self.accelerator.device)
        ends = _end_tokens(self.actor_critic.policy, self.tokenizer)
        ids = self.actor_critic.policy.generate(
            input_ids=prompt.input_ids,
            attention_mask=prompt.attention_mask,
            generation_config=self._sampling(ends),
        )
        answer = ids[:, prompt.input_ids.shape[1] :]
        is_end = torch.isin(answer, torch.tensor(ends, device=answer.device)).long()
        answered = (is_end.cumsum(-1) - is_end) == 0
        kept = [row[keep] for row, keep in zip(answer, answered, strict=True)]
        return Answers(
            ids=ids,
            mask=torch.cat([prompt.attention_mask, answered.long()], dim=1),
            answered=answered.float(),
            texts=self.tokenizer.batch_decode(kept, skip_special_tokens=True),
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

    def _figures(
        self, answers: Answers, score: Tensor, kl: Tensor, entropy: Tensor
    ) -> dict[str, float]:
        """Means over answers; kl is summed over an answer's tokens, entropy is per token (nats)."""
        answered = answers.answered
        each = [score, kl.sum(1), answered.sum(1), (entropy * answered).sum(1)]
        table = torch.stack([*each, answers.mask.sum(1).float()], dim=1)
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
