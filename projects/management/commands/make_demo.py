"""`manage.py make_demo`: tiny models, data, configurations and projects ready to run."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.accounts.actor import command_actor
from core.errors import Conflict
from core.execution.child_environment import child_environment
from projects.runs.paths import training_dir
from projects.services import project_create

Say = Callable[[str], Any]
MODEL = "demo-tiny"
CORPUS = ("sft_demo.jsonl", "sft_demo_eval.jsonl", "policy_demo.jsonl")


class Trained(NamedTuple):
    """A model that the demo's projects start from, made by the trainer itself."""

    model: str
    script: str
    config: str
    dataset: str


TRAINED = (
    Trained("demo-policy", "run_train_full_sft.sh", "demo_policy.yaml", "policy_demo.jsonl"),
    Trained("demo-reward", "run_train_full_rl.sh", "demo_reward.yaml", "preference_demo.jsonl"),
)
DATASETS = {
    "sft": "sft_demo.jsonl",
    "lora": "sft_demo.jsonl",
    "reward": "preference_demo.jsonl",
    "ppo": "preference_demo.jsonl",
    "dpo": "preference_demo.jsonl",
    "grpo": "preference_demo.jsonl",
    "kto": "scored_demo.jsonl",
    "rloo": "preference_demo.jsonl",
}


class Command(BaseCommand):
    help = "Make the demo: tiny models, data, configurations, and a project for each method."

    def handle(self, *args: Any, **options: Any) -> None:
        target = training_dir()
        copy_material(Path(settings.BASE_DIR) / "training", target)
        make_models(target, self.stdout.write)
        for method, dataset in DATASETS.items():
            self._make_project(f"demo-{method}", f"configs/demo_{method}.yaml", dataset)

    def _make_project(self, name: str, config: str, dataset: str) -> None:
        try:
            project_create(
                actor=command_actor(),
                name=name,
                dataset_name=f"datasets/{dataset}",
                training_yaml_name=config,
                description="Demo",
            )
            self.stdout.write(f"Project {name}: ready to run")
        except Conflict:
            self.stdout.write(f"Project {name}: was there")


def copy_material(source: Path, target: Path) -> None:
    """The scripts unless there are some, and the demo's data and configurations."""
    for folder in ("datasets", "configs", "models", "runs"):
        (target / folder).mkdir(parents=True, exist_ok=True)
    if not (target / "scripts").exists():
        shutil.copytree(source / "scripts", target / "scripts")
        shutil.copyfile(source / "requirements.txt", target / "requirements.txt")
    for pattern, folder in (("*.jsonl", "datasets"), ("*.yaml", "configs")):
        for file in (source / "demo").glob(pattern):
            shutil.copyfile(file, target / folder / file.name)


def make_models(target: Path, say: Say) -> None:
    """The base model, then a policy and a reward model trained from it; about half a minute."""
    say("Looking for the training environment (its first set-up takes minutes)")
    python = _last_line(["bash", str(target / "scripts" / "setup_environment.sh")])
    make_base(target, python, say)
    for one in TRAINED:
        _train(target, python, one, say)


def make_base(target: Path, python: str, say: Say) -> None:
    model = target / "models" / MODEL
    if _is_there(model, say):
        return
    script = target / "scripts" / "make_tiny_model.py"
    corpus = [str(target / "datasets" / name) for name in CORPUS]
    made = _last_line([python, str(script), str(model), *corpus])
    say(f"Model {made}")


def _train(target: Path, python: str, wanted: Trained, say: Say) -> None:
    model = target / "models" / wanted.model
    if _is_there(model, say):
        return
    output = target / "models" / f".{wanted.model}.training"
    shutil.rmtree(output, ignore_errors=True)
    _last_line(
        ["bash", str(target / "scripts" / wanted.script), str(target / "configs" / wanted.config)],
        TRAINING_PYTHON=python,
        LLM_PLATFORM_TRAINING_DIR=str(target),
        LLM_PLATFORM_DATASET=str(target / "datasets" / wanted.dataset),
        LLM_PLATFORM_OUTPUT_DIR=str(output),
    )
    (output / "final").rename(model)  # whole or not at all
    shutil.rmtree(output)
    say(f"Model {wanted.model}: trained")


def _is_there(model: Path, say: Say) -> bool:
    """Clears away what an interrupted making left."""
    if (model / "config.json").is_file():
        say(f"Model {model.name}: was there")
        return True
    shutil.rmtree(model, ignore_errors=True)
    return False


def _last_line(argv: list[str], **environment: str) -> str:
    """The last line that a command prints; what it says on stderr is shown as it comes."""
    done = subprocess.run(
        argv,
        stdout=subprocess.PIPE,
        text=True,
        env={**child_environment(), **environment},
        check=False,
    )
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0:
        last = f": {lines[-1]}" if lines else ""
        raise CommandError(f"{argv[1]} ended with exit code {done.returncode}{last}")
    return lines[-1]
