"""The one function by which a run changes state, and its words in the run's log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.execution.leases import Holder
from core.execution.transitions import Transitions
from projects.models import ACTIVE_STATUSES, LEGAL_TRANSITIONS, Run, RunEvent
from projects.runs.messages import render
from projects.runs.paths import run_folder


def _at_end(now: datetime, code: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"finished_at": now, "reason_code": code, "reason_params": params}


RUNS = Transitions(
    name="run", model=Run, event=RunEvent, owner="run", table=LEGAL_TRANSITIONS,
    active=ACTIVE_STATUSES, folder=run_folder, render=render, at_end=_at_end,
)  # fmt: skip
transition = RUNS.transition
event_add = RUNS.event_add
events_flush = RUNS.events_flush


def holder_of(run: Run) -> Holder:
    return RUNS.holder(run)
