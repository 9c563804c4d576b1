"""`manage.py make_demo`: a tiny model, rows, configurations and projects ready to run."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from platform_site.accounts.actor import command_actor
from platform_site.errors import Conflict
from platform_site.execution.local import clean_environment
from projects.paths import training_dir
from projects.services import project_create

MODEL = "demo-tiny"
DATA = ("sft_demo.jsonl", "sft_demo_eval.jsonl")
CONFIGS = {"demo-sft": "demo_sft.yaml", "demo-lora": "demo_lora.yaml"}


class Command(BaseCommand):
    help = "Make the demo: a tiny model and tokenizer, data, configurations, two projects."

    def handle(self, *args: Any, **options: Any) -> None:
        source = Path(settings.BASE_DIR) / "training"
        target = training_dir()
        self._copy_material(source, target)
        self._make_model(target)
        for name, config in CONFIGS.items():
            try:
                project_create(
                    actor=command_actor(),
                    name=name,
                    dataset_name=f"datasets/{DATA[0]}",
                    training_yaml_name=f"configs/{config}",
                    description="Demo",
                )
                self.stdout.write(f"Project {name}: ready to run")
            except Conflict:
                self.stdout.write(f"Project {name}: was there")

    def _copy_material(self, source: Path, target: Path) -> None:
        for folder in ("datasets", "configs", "models", "runs"):
            (target / folder).mkdir(parents=True, exist_ok=True)
        if not (target / "scripts").exists():
            shutil.copytree(source / "scripts", target / "scripts")
            shutil.copyfile(source / "requirements.txt", target / "requirements.txt")
        for name in DATA:
            shutil.copyfile(source / "demo" / name, target / "datasets" / name)
        for name in CONFIGS.values():
            shutil.copyfile(source / "demo" / name, target / "configs" / name)

    def _make_model(self, target: Path) -> None:
        model = target / "models" / MODEL
        if (model / "config.json").is_file():
            self.stdout.write(f"Model {MODEL}: was there")
            return
        shutil.rmtree(model, ignore_errors=True)
        scripts = target / "scripts"
        self.stdout.write("Looking for the training environment (its first set-up takes minutes)")
        python = self._output(["bash", str(scripts / "setup_environment.sh")])
        corpus = [str(target / "datasets" / name) for name in DATA]
        made = self._output([python, str(scripts / "make_tiny_model.py"), str(model), *corpus])
        self.stdout.write(f"Model {made}")

    def _output(self, argv: list[str]) -> str:
        """The last line that a command prints; what it says on stderr is shown as it comes."""
        done = subprocess.run(
            argv, stdout=subprocess.PIPE, text=True, env=clean_environment(), check=False
        )
        if done.returncode != 0:
            raise CommandError(f"{argv[0]} ended with exit code {done.returncode}")
        return done.stdout.strip().splitlines()[-1]
