"""The update of PPO: several passes over a rollout with the clipped losses (Schulman 2017)."""

from __future__ import annotations

import math

import torch
from accelerate import Accelerator
from accelerate.optimizer import AcceleratedOptimizer
from torch import Tensor, nn

from trainer.ppo.advantage import policy_loss, value_loss
from trainer.ppo.options import Options
from trainer.ppo.rollout import Batch

NAMES = ("loss", "policy_loss", "value_loss", "clip_fraction")


class Updater:
    """Changes actor and critic by one rollout at a time."""

    def __init__(
        self,
        accelerator: Accelerator,
        actor_critic: nn.Module,
        optimizer: AcceleratedOptimizer,
        options: Options,
        max_grad_norm: float,
    ) -> None:
        self.accelerator, self.actor_critic, self.optimizer = accelerator, actor_critic, optimizer
        self.options, self.max_grad_norm = options, max_grad_norm or math.inf  # 0: no clipping

    def update(self, batch: Batch) -> dict[str, float]:
        """Mean of each loss over the passes and the processes, and of the gradient's norm."""
        self.actor_critic.train()
        measured, norms = [], []
        for _ in range(self.options.epochs):
            for index in torch.randperm(self.options.local).split(self.options.micro):
                part = batch.part(index.to(self.accelerator.device))
                with self.accelerator.accumulate(self.actor_critic):
                    measured.append(self._backward(part))
                    norms += self._optimizer_step()
        mean = torch.stack(measured).mean(0)
        everywhere = self.accelerator.reduce(mean, reduction="mean").tolist()
        return {
            **dict(zip(NAMES, everywhere, strict=True)),
            "grad_norm": sum(norms) / len(norms),
        }

    def _backward(self, part: Batch) -> Tensor:
        """NAMES, as a tensor."""
        options, answered = self.options, part.answered
        with self.accelerator.autocast():
            log_probs, values = self.actor_critic(
                part.ids, part.mask, answered.shape[1], options.temperature
            )
        log_ratio = (log_probs - part.log_probs) * answered
        actor, outside = policy_loss(log_ratio, part.advantages, answered, options.clip)
        critic = value_loss(values, part.values, part.returns, answered, options.clip)
        loss = actor + options.value_coeff * critic
        self.accelerator.backward(loss)
        return torch.stack([loss, actor, critic, outside]).detach()

    def _optimizer_step(self) -> list[float]:
        """The gradient's norm, where this forward pass ends an accumulation."""
        norms = []
        if self.accelerator.sync_gradients:
            parameters = self.actor_critic.parameters()
            norms.append(float(self.accelerator.clip_grad_norm_(parameters, self.max_grad_norm)))
        self.optimizer.step()
        self.optimizer.zero_grad()
        return norms
