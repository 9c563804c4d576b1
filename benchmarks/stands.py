"""Platforms that a benchmark measures: each in a process of its own, of its own checkout."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

HERE = Path(__file__).resolve().parents[1]


class Stand:
    """A platform out of `checkout`; see stand.py."""

    def __init__(self, checkout: Path, engine: str, **settings: str) -> None:
        own = checkout / ".venv" / "bin" / "python"
        self._process = subprocess.Popen(
            [own if own.exists() else sys.executable, HERE / "benchmarks" / "stand.py",
             json.dumps(settings), engine],
            cwd=checkout, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        self.facts: dict[str, Any] = json.loads(self._process.stdout.readline())

    def web_seconds(self) -> float:
        """CPU seconds that its web processes have used."""
        leader = psutil.Process(self.facts["web"])
        family = (leader, *leader.children(recursive=True))
        return sum(sum(one.cpu_times()[:2]) for one in family)

    def stop(self) -> None:
        self._process.communicate()
