"""The loop of PPO with the face of a transformers Trainer, so that the same callbacks serve it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from accelerate import Accelerator
from datasets import Dataset
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.integrations import TensorBoardCallback
from transformers.trainer_callback import CallbackHandler, DefaultFlowCallback

from trainer.ppo.checkpoint import Checkpoints
from trainer.ppo.options import Options
from trainer.ppo.prompts import prompts_of
from trainer.ppo.rollout import Collector
from trainer.ppo.update import Updater


class PPOTrainer:
    """One step: a rollout, then passes over it; DefaultFlowCallback says when to log and save."""

    def __init__(
        self,
        *,
        args: TrainingArguments,
        options: Options,
        accelerator: Accelerator,
        prompts: Dataset,
        collector: Collector,
        updater: Updater,
        checkpoints: Checkpoints,
        callbacks: list[TrainerCallback],
    ) -> None:
        self.args, self.options, self.accelerator = args, options, accelerator
        self.train_dataset = prompts
        self.collector, self.updater, self.checkpoints = collector, updater, checkpoints
        self.model = checkpoints.actor_critic.policy
        self.state, self.control = TrainerState(), TrainerControl()
        self.callbacks = CallbackHandler(
            [DefaultFlowCallback(), TensorBoardCallback(), *callbacks],
            self.model,
            checkpoints.tokenizer,
            checkpoints.optimizer,
            checkpoints.scheduler,
        )

    def train(self, resume_from_checkpoint: str | None = None) -> None:
        """Up to max_steps, or until a callback asks to stop."""
        if resume_from_checkpoint:
            self.state = self.checkpoints.load(Path(resume_from_checkpoint))
        self._describe_state()
        self.control = self.callbacks.on_train_begin(self.args, self.state, self.control)
        while self.state.global_step < self.state.max_steps:
            self._step()
            if self.control.should_training_stop:
                break
        self.control = self.callbacks.on_train_end(self.args, self.state, self.control)

    def save_model(self, folder: str) -> None:
        """The policy alone: what is deployed."""
        if self.is_world_process_zero():
            self.model.save_pretrained(folder)
        self.accelerator.wait_for_everyone()

    def is_world_process_zero(self) -> bool:
        return bool(self.accelerator.is_main_process)

    def add_callback(self, callback: TrainerCallback) -> None:
        self.callbacks.add_callback(callback)

    def remove_callback(self, callback: type[TrainerCallback]) -> None:
        self.callbacks.remove_callback(callback)

    def _describe_state(self) -> None:
        self.state.max_steps = self.args.max_steps
        self.state.compute_steps(self.args, self.args.max_steps)
        self.state.is_world_process_zero = self.is_world_process_zero()
        self.state.is_local_process_zero = bool(self.accelerator.is_local_main_process)

    def _step(self) -> None:
        self.control = self.callbacks.on_step_begin(self.args, self.state, self.control)
        count, done = len(self.train_dataset), self.state.global_step
        chosen = prompts_of(done, count, self.options, self.accelerator.process_index)
        batch, figures = self.collector.collect(
            [self.train_dataset[one]["prompt"] for one in chosen]
        )
        losses = self.updater.update(batch)
        scheduler = self.checkpoints.scheduler
        learning_rate = scheduler.get_last_lr()[0]
        scheduler.step()
        self.state.global_step += 1
        self.state.epoch = self.state.global_step * self.options.rollout / count
        self.state.num_input_tokens_seen += int(figures.pop("tokens"))
        self._after(
            {
                **losses,
                **figures,
                "learning_rate": learning_rate,
                "num_tokens": self.state.num_input_tokens_seen,
                "epoch": self.state.epoch,
            }
        )

    def _after(self, logs: dict[str, Any]) -> None:
        self.control = self.callbacks.on_step_end(self.args, self.state, self.control)
        if self.control.should_log:
            self.state.log_history.append({**logs, "step": self.state.global_step})
            self.control = self.callbacks.on_log(self.args, self.state, self.control, logs)
        if self.control.should_save:
            self.checkpoints.save(self.state)
            self.control = self.callbacks.on_save(self.args, self.state, self.control)
