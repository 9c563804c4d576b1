"""`python -m trainer KIND CONFIG.yaml`: trains, and ends with 0, 2 (input), 143 (stopped)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from trainer.config import load
from trainer.errors import ConfigError

USAGE = "usage: python -m trainer sft|lora|rl CONFIG.yaml"


def main() -> int:
    if len(sys.argv) != 3:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        settings = load(_config_path(sys.argv[2]), sys.argv[1])
        for warning in settings.warnings:
            print(f"WARNING: {warning}", flush=True)
        print(f"{settings.kind}: base {settings.base}, data {settings.dataset}", flush=True)
        # TensorBoard's folder is the library's to read from the environment since TRL 1.
        os.environ.setdefault("TENSORBOARD_LOGGING_DIR", str(settings.output / "tensorboard"))
        from trainer.sft import train  # late: its imports take seconds, a bad key need not

        return train(settings)
    except ConfigError as error:
        print(f"ERROR: {error}", flush=True)
        return 2


def _config_path(name: str) -> Path:
    from trainer.config import training_dir

    path = Path(name)
    beside = training_dir() / "configs" / name
    return beside if not path.exists() and beside.exists() else path


if __name__ == "__main__":
    sys.exit(main())
