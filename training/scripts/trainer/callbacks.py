"""What a training tells the world: metrics lines, and a clean end on SIGTERM."""

from __future__ import annotations

import math
import os
import signal
import time
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from trainer import strict_json

# The libraries' names of what the reference calls KL, reward and mean length.
ALIASES = {
    "kl": ("objective/kl",),
    "reward": ("rewards/mean", "mean_reward"),
    "mean_length": ("completions/mean_length",),
}

WHY_DIVERGED = (
    "the training has diverged, or weights or data hold NaN or infinity (try a lower "
    "training.learning_rate; training.nonfinite_patience says when such a training ends)"
)


def emit(values: dict[str, Any]) -> None:
    """A line of JSON on the log; a number that is not finite is null, and named beside."""
    print(strict_json.dumps(strict_json.signed(values)), flush=True)


class MetricsLines(TrainerCallback):  # type: ignore[misc]
    """Prints one JSON line a step and keeps the same lines in metrics.jsonl."""

    def __init__(self, file: Path, start_step: int) -> None:
        self.file = file
        self.started = time.monotonic()
        self.tokens = 0.0
        self.moment = self.started
        if os.environ.get("RANK", "0") == "0":  # who writes the file; others would get in its way
            _forget_after(file, start_step)

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: Any,
    ) -> None:
        """Neither loading nor what was done before a resume counts for the tokens a second."""
        self.tokens, self.moment = state.num_input_tokens_seen, time.monotonic()

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if not state.is_world_process_zero or logs is None:
            return
        line = self._line(state, {key: value for key, value in logs.items() if _is_number(value)})
        emit(line)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(strict_json.dumps(strict_json.signed(line)) + "\n")

    def _line(self, state: TrainerState, logs: dict[str, Any]) -> dict[str, Any]:
        line: dict[str, Any] = {"step": state.global_step, "max_steps": state.max_steps}
        if any(key.startswith("eval_") for key in logs):
            line["event"] = "eval"
        elif "train_runtime" in logs:
            line["event"] = "summary"
        now = time.monotonic()
        if "num_tokens" in logs:
            seconds = max(now - self.moment, 1e-6)
            line["tokens_per_second"] = round((logs["num_tokens"] - self.tokens) / seconds, 1)
            self.tokens, self.moment = logs["num_tokens"], now
        line["elapsed_seconds"] = round(now - self.started, 2)
        found = {key: float(value) for key, value in logs.items()}
        for name, others in ALIASES.items():
            for other in others:
                if other in found:
                    found.setdefault(name, found[other])
        return {**line, **found}


class LossGuard(TrainerCallback):  # type: ignore[misc]
    """Notices a loss that is no finite number: warns, keeps such weights out of checkpoints, ends.

    Every process sees the same loss, so all end together.
    """

    def __init__(self, patience: int) -> None:
        """`patience`: so many metrics lines in a row end the training; 0: it goes on."""
        self.patience, self.row, self.seen, self.first = patience, 0, 0, 0

    @property
    def gave_up(self) -> bool:
        return 0 < self.patience <= self.row

    def on_log(
        self, args: Any, state: TrainerState, control: TrainerControl, **more: Any
    ) -> TrainerControl:
        loss = (more.get("logs") or {}).get("loss")
        if not _is_number(loss):
            return control
        if math.isfinite(loss):
            self.row = 0
            return control
        self.row, self.seen = self.row + 1, self.seen + 1
        if self.seen == 1:
            self.first = state.global_step
            if state.is_world_process_zero:
                print(
                    f"WARNING: the loss is {loss} at step {self.first}: {WHY_DIVERGED}", flush=True
                )
        if not control.should_training_stop:
            control.should_save = False  # the newest checkpoint stays one to go on from
        control.should_training_stop |= self.gave_up
        return control

    def verdict(self) -> str:
        """What is to be said at the end; empty if every loss was finite."""
        if not self.seen:
            return ""
        return (
            f"the loss was no finite number in {self.seen} metrics line(s), first at step "
            f"{self.first}: {WHY_DIVERGED}"
        )


class EndOnSignal(TrainerCallback):  # type: ignore[misc]
    """SIGTERM or SIGINT: finish the step, save a checkpoint, stop. All ranks agree first."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: object) -> None:
        self.asked = True

    def on_step_end(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: Any,
    ) -> TrainerControl:
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            flag = torch.tensor([int(self.asked)], device=args.device)
            torch.distributed.all_reduce(flag, op=torch.distributed.ReduceOp.MAX)
            self.asked = bool(flag.item())
        if self.asked:
            control.should_save = control.should_training_stop = True
        return control


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _step_of(line: str) -> float:
    """Infinite for a line of something else, which is dropped."""
    try:
        return float(strict_json.loads(line)["step"])
    except (ValueError, TypeError, KeyError):
        return math.inf


def _forget_after(file: Path, step: int) -> None:
    """Drop lines of steps that a resumed training will do again."""
    if not file.exists():
        return
    kept = [
        line
        for line in file.read_text("utf-8").splitlines()
        if line.startswith("{") and line.endswith("}") and _step_of(line) <= step
    ]
    temporary = file.with_suffix(".tmp")
    temporary.write_text("".join(f"{line}\n" for line in kept), "utf-8")
    temporary.replace(file)
