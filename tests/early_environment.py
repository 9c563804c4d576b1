"""Loaded by pytest before Django's settings are: keeps tests away from real folders."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_FOLDER = Path(tempfile.mkdtemp(prefix="llm-platform-tests-"))
os.environ.update(
    {
        "PLATFORM_PROFILE": "local",
        "PLATFORM_LANGUAGE": "en",
        "LLM_APP_STORAGE": str(_FOLDER / "storage"),
        "HOST_TRAINING_DIR": str(_FOLDER / "training"),
        "PLATFORM_VAR": str(_FOLDER / "var"),
        "DEPLOY_LOG_DIR": str(_FOLDER / "deploy_logs"),
        "GPU_INVENTORY": "none",
        "TRAINING_EXECUTOR": "local",
    }
)
for _name in ("DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FILE", "DOCKER_HOST"):
    os.environ.pop(_name, None)
