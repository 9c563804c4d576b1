"""No route, and none of the agent's rounds, reads a table that grows from end to end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin

from core.pages.keyset_admin import KeysetLists
from tests.accounts.matrix import MATRIX
from tests.support.plans import growing, offences
from tests.support.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
from tests.accounts.matrix import MATRIX
from tests.support.plans import offences
print(*offences(MATRIX), sep="\\n")
"""


def test_on_sqlite_every_plan_has_an_index(db: None, settings: Any) -> None:
    settings.PLATFORM_AUTH = "required"
    assert "accounts_auditentry" in growing()
    assert offences(MATRIX) == []


@pytest.mark.processes
def test_on_postgresql_every_plan_has_an_index(postgres: PostgresServer, tmp_path: Path) -> None:
    environment = {
        **os.environ, "PLATFORM_PROFILE": "local", "DATABASE_URL": postgres.url,
        **{
            name: str(tmp_path / name.lower())
            for name in ("PLATFORM_VAR", "LLM_APP_STORAGE", "HOST_TRAINING_DIR", "DEPLOY_LOG_DIR")
        },
    }  # fmt: skip
    for command in (["prepare"], ["shell", "--no-imports", "-c", SCRIPT]):
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=environment, text=True, check=True, stdout=subprocess.PIPE,
        )  # fmt: skip
    assert done.stdout.strip() == ""


def test_every_list_of_the_admin_follows_a_key() -> None:
    for model, shown in admin.site._registry.items():
        assert isinstance(shown, KeysetLists), model
        assert shown.date_hierarchy is None, model  # it counts by day
