"""`python -m trainer KIND CONFIG.yaml`: trains, and ends with 0, 2 (input), 3 (diverged), 143."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from trainer.config import Settings, load
from trainer.errors import DIVERGED, ConfigError, Diverged
from trainer.places import training_dir

USAGE = "usage: python -m trainer sft|lora|rl|merge CONFIG.yaml"
MODULES = {
    **dict.fromkeys(("sft", "lora"), "trainer.sft"),
    **dict.fromkeys(("reward", "dpo", "kto"), "trainer.preference"),
    **dict.fromkeys(("grpo", "rloo"), "trainer.online"),
    "ppo": "trainer.ppo",
    "merge": "trainer.merge",
}


def main() -> int:
    if len(sys.argv) != 3:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        settings = load(_config_path(sys.argv[2]), sys.argv[1])
        if os.environ.get("RANK", "0") == "0":
            _announce(settings)
        # TensorBoard's folder is the library's to read from the environment since TRL 1.
        os.environ.setdefault("TENSORBOARD_LOGGING_DIR", str(settings.output / "tensorboard"))
        # Late: its imports take seconds, a bad key need not.
        return int(importlib.import_module(MODULES[settings.kind]).train(settings))
    except (ConfigError, Diverged) as error:
        for line in str(error).splitlines():
            print(f"ERROR: {line}", flush=True)
        return DIVERGED if isinstance(error, Diverged) else 2


def _announce(settings: Settings) -> None:
    for warning in settings.warnings:
        print(f"WARNING: {warning}", flush=True)
    models = ", ".join(f"{role} {path}" for role, path in settings.models.items())
    print(f"{settings.kind}: {models}; data {settings.dataset}", flush=True)


def _config_path(name: str) -> Path:
    path = Path(name)
    beside = training_dir() / "configs" / name
    return beside if not path.exists() and beside.exists() else path


def _leave(code: int) -> None:
    """End at once where there are several processes, without a teardown.

    Their group's threads abort or hang an ordinary exit now and then (gloo in torch 2.13).
    """
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    _leave(main())
