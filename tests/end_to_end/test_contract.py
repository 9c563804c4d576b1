"""The contract's own check, against open mode as it stands and required mode with a token."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import GuardedPlatform
from tests.support.live_platform import ROOT, LivePlatform

pytestmark = pytest.mark.processes
CHECK = ROOT.parent / "shared" / "contract" / "check.py"


def failures(platform: LivePlatform, *arguments: str) -> list[str]:
    if not CHECK.is_file():
        pytest.skip("the contract is not beside this checkout")
    argv = [sys.executable, str(CHECK), platform.url, "--training-dir", str(platform.training_dir)]
    done = subprocess.run([*argv, *arguments], capture_output=True, text=True, timeout=300)
    lines = done.stdout.splitlines()
    assert len(lines) > 30, done.stderr
    return [line for line in lines if line.lower().startswith("fail")]


def test_open_mode_without_a_token(shared_platform: LivePlatform) -> None:
    assert failures(shared_platform) == []


def test_required_mode_with_a_token(guarded_platform: GuardedPlatform) -> None:
    token = guarded_platform.tokens["data scientist"]
    found = failures(guarded_platform.live, "--token", token)
    assert found == []


def test_required_mode_without_a_token_answers_nothing(guarded_platform: GuardedPlatform) -> None:
    http = guarded_platform.live.http
    assert http.get("/healthz").status_code == 200
    assert http.get("/api/projects").status_code == 401
    assert http.get("/projects/").headers["Location"].startswith("/login/")
