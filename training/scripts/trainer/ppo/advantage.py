"""Advantages and losses of PPO as plain functions of (B, T) tensors.

Sources: Schulman et al. 2016 (generalised advantage estimation), Schulman et al. 2017 (clipping),
Ouyang et al. 2022 (the KL penalty in the reward). `mask` is 1.0 on answer tokens.
"""

from __future__ import annotations

import torch
from torch import Tensor


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Mean over the tokens that count; a scalar."""
    return (values * mask).sum() / mask.sum().clamp(min=1)


def token_rewards(score: Tensor, kl: Tensor, mask: Tensor, kl_coeff: float) -> Tensor:
    """Ouyang 2022, eq. 2: -kl_coeff * KL at each token, the score (B,) at the last. (B, T)"""
    rewards = -kl_coeff * kl * mask
    last = mask.sum(1).long() - 1
    rewards[torch.arange(len(last), device=last.device), last] += score
    return rewards


def gae(
    rewards: Tensor, values: Tensor, mask: Tensor, gamma: float, decay: float
) -> tuple[Tensor, Tensor]:
    """Schulman 2016, eq. 16: advantages and returns (targets of the critic), both (B, T)."""
    values = values * mask  # after the end there is nothing to expect
    advantages = torch.zeros_like(values)
    ahead = torch.zeros(len(values), device=values.device)
    following = torch.zeros_like(ahead)
    for step in reversed(range(values.shape[1])):
        surprise = rewards[:, step] + gamma * following - values[:, step]
        ahead = (surprise + gamma * decay * ahead) * mask[:, step]
        advantages[:, step] = ahead
        following = values[:, step]
    return advantages, advantages + values


def policy_loss(
    log_ratio: Tensor, advantages: Tensor, mask: Tensor, clip: float
) -> tuple[Tensor, Tensor]:
    """Schulman 2017, eq. 7, negated; and the share of tokens whose ratio left the clip range."""
    ratio = log_ratio.exp()
    clipped = ratio.clamp(1 - clip, 1 + clip)
    loss = torch.max(-advantages * ratio, -advantages * clipped)
    outside = ((ratio - 1).abs() > clip).float()
    return masked_mean(loss, mask), masked_mean(outside, mask)


def value_loss(values: Tensor, old: Tensor, returns: Tensor, mask: Tensor, clip: float) -> Tensor:
    """Half the squared error, the worse of clipped and not: the critic moves in small steps too."""
    clipped = old + (values - old).clamp(-clip, clip)
    worse = torch.max((values - returns) ** 2, (clipped - returns) ** 2)
    return 0.5 * masked_mean(worse, mask)
