"""A launch is one attempt of a deployment: what is forgotten when the next one begins."""

from __future__ import annotations

from typing import Any

from deployments.models import Deployment


def fresh_attempt(deployment: Deployment) -> dict[str, Any]:
    """Fields of a deployment that is about to be launched once more."""
    return {
        "attempt": deployment.attempt + 1, "claimed_at": None, "claimed_by": {}, "handle": {},
        "submitted_at": None, "pid": None, "exit_code": None, "health_ok": False,
        "health_failures": 0, "running_at": None, "stopped_at": None, "stop_requested_at": None,
        "force_requested_at": None, "kill_reason_code": "", "next_launch_at": None,
        "reason_code": "", "reason_params": {}, "notice_code": "", "notice_params": {},
        "phase_code": "queued", "phase_params": {"host": deployment.host}, "load": {},
    }  # fmt: skip
