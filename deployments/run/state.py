"""The one function by which a deployment changes state, and its words in the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.execution.transitions import Transitions
from deployments.choices import ACTIVE, LEGAL_TRANSITIONS
from deployments.models import Deployment, DeploymentEvent
from deployments.run.messages import render
from deployments.run.paths import run_folder


def _at_end(now: datetime, code: str, params: dict[str, Any]) -> dict[str, Any]:
    return {
        "stopped_at": now, "reason_code": code, "reason_params": params,
        "phase_code": "", "phase_params": {}, "health_ok": False, "pid": None, "load": {},
    }  # fmt: skip


DEPLOYMENTS = Transitions(
    name="deployment", model=Deployment, event=DeploymentEvent, owner="deployment",
    table=LEGAL_TRANSITIONS, active=ACTIVE, folder=run_folder, render=render, at_end=_at_end,
)  # fmt: skip
transition = DEPLOYMENTS.transition
event_add = DEPLOYMENTS.event_add
events_flush = DEPLOYMENTS.events_flush
