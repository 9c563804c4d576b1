"""The audit of what is locked can fail, and does where it has audited nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.audit import CLEAN, NOT_AUDITED, VULNERABLE, verdict
from tests.support.live_platform import ROOT

GOOD = {"name": "good", "version": "1", "vulns": []}
BAD = {"name": "bad", "version": "1", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2"]}]}
UNSEEN = {"name": "unseen", "skip_reason": "not found on PyPI"}


def of(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize(
    ("report", "online", "offline"),
    [
        (of(GOOD), CLEAN, CLEAN),
        (of(GOOD, BAD), VULNERABLE, VULNERABLE),
        (of(BAD, UNSEEN), VULNERABLE, VULNERABLE),
        (of(GOOD, UNSEEN), NOT_AUDITED, CLEAN),
        (of(UNSEEN), NOT_AUDITED, CLEAN),
        (of(), NOT_AUDITED, CLEAN),
        ("", NOT_AUDITED, CLEAN),
        ("Connection refused", NOT_AUDITED, CLEAN),
        ("[]", NOT_AUDITED, CLEAN),
        ('{"dependencies": null}', NOT_AUDITED, CLEAN),
    ],
)
def test_the_verdict(report: str, online: int, offline: int, accepted: bool) -> None:
    status, said = verdict(report, offline_accepted=accepted)
    assert status == (offline if accepted else online)
    assert ("no vulnerability database answered" in "\n".join(said)) == (online == NOT_AUDITED)
    if status == VULNERABLE:
        assert "PYSEC-2026-1" in said[0]


@pytest.mark.parametrize(
    ("report", "accepted", "status"),
    [(of(BAD), "accepted", VULNERABLE), ("", "", NOT_AUDITED), ("", "accepted", CLEAN)],
)
def test_the_command_ends_with_it(tmp_path: Path, report: str, accepted: str, status: int) -> None:
    """With a pip-audit in the way that says what it is told."""
    stub = f"print({report!r})\n"
    (tmp_path / "pip_audit.py").write_text(stub)
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "audit.py")],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "AUDIT_OFFLINE": accepted},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
