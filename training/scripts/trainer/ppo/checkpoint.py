"""Checkpoints of PPO: a folder that is whole or absent, and everything to go on as if unstopped."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import gather_object
from peft import PeftModel, load_peft_weights, set_peft_model_state_dict
from transformers import PreTrainedModel, PreTrainedTokenizerBase, TrainerState

from trainer.ppo.model import ActorCritic

STATE = "trainer_state.json"
CRITIC, OPTIMIZER, SCHEDULER, SCALER = "critic", "optimizer.pt", "scheduler.pt", "scaler.pt"


@dataclass
class Checkpoints:
    """Saves and loads what changes during a training."""

    output: Path
    limit: int  # how many are kept
    accelerator: Accelerator
    actor_critic: ActorCritic
    optimizer: Any
    scheduler: Any
    tokenizer: PreTrainedTokenizerBase

    def save(self, state: TrainerState) -> None:
        """Written beside and renamed, so a kill at any moment leaves no torn checkpoint."""
        target = self.output / f"checkpoint-{state.global_step}"
        temporary = self.output / f".{target.name}.tmp"
        # One process writes it all: the others' hosts may have other disks.
        random = gather_object([_random_state()])
        if self.accelerator.is_main_process:
            shutil.rmtree(temporary, ignore_errors=True)
            temporary.mkdir(parents=True)
            self._write(temporary, state, random)
            shutil.rmtree(target, ignore_errors=True)
            temporary.rename(target)
            self._prune()
        self.accelerator.wait_for_everyone()

    def load(self, folder: Path) -> TrainerState:
        """Weights, optimiser, schedule and random numbers as they were; returns the state."""
        _load_weights(self.actor_critic.policy, folder)
        _load_weights(self.actor_critic.critic, folder / CRITIC)
        self.optimizer.load_state_dict(_read(folder / OPTIMIZER))
        self.scheduler.load_state_dict(_read(folder / SCHEDULER))
        scaler, random = self.accelerator.scaler, folder / _random(self.accelerator.process_index)
        if scaler is not None and (folder / SCALER).is_file():
            scaler.load_state_dict(_read(folder / SCALER))
        if random.is_file():  # absent for the added ones when resumed with more processes
            _set_random_state(_read(random))
        return TrainerState.load_from_json(str(folder / STATE))

    def _write(self, folder: Path, state: TrainerState, random: list[dict[str, Any]]) -> None:
        self.actor_critic.policy.save_pretrained(folder)
        self.actor_critic.critic.save_pretrained(folder / CRITIC)
        self.tokenizer.save_pretrained(folder)
        torch.save(self.optimizer.state_dict(), folder / OPTIMIZER)
        torch.save(self.scheduler.state_dict(), folder / SCHEDULER)
        if self.accelerator.scaler is not None:  # with fp16
            torch.save(self.accelerator.scaler.state_dict(), folder / SCALER)
        for process, one in enumerate(random):
            torch.save(one, folder / _random(process))
        state.save_to_json(str(folder / STATE))

    def _prune(self) -> None:
        whole = {
            int(path.parent.name.split("-")[1]): path.parent
            for path in self.output.glob(f"checkpoint-[0-9]*/{STATE}")
        }
        for number in sorted(whole)[: -self.limit]:
            shutil.rmtree(whole[number])


def _load_weights(model: PreTrainedModel, folder: Path) -> None:
    if isinstance(model, PeftModel):
        set_peft_model_state_dict(model, load_peft_weights(str(folder), device="cpu"))
        return
    # from_pretrained reads shards and ties weights; only its tensors are taken over.
    saved = type(model).from_pretrained(folder, dtype=model.dtype, local_files_only=True)
    model.load_state_dict(saved.state_dict())


def _random(process: int) -> str:
    return f"rng_state_{process}.pth"


def _random_state() -> dict[str, Any]:
    cuda = torch.cuda.get_rng_state() if torch.cuda.is_available() else None
    return {"cpu": torch.get_rng_state(), "cuda": cuda}


def _set_random_state(state: dict[str, Any]) -> None:
    torch.set_rng_state(state["cpu"])
    if state["cuda"] is not None and torch.cuda.is_available():
        torch.cuda.set_rng_state(state["cuda"])


def _read(path: Path) -> Any:
    return torch.load(path, map_location="cpu", weights_only=True)
