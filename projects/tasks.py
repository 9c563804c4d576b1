"""Background tasks of projects: short, repeatable, each only calls a service."""

from __future__ import annotations

from projects.runs import lifecycle


def run_launch(run_id: str) -> None:
    lifecycle.run_launch(run_id)


def run_reconcile(run_id: str) -> None:
    lifecycle.MACHINE.reconcile(run_id)


def run_sweep() -> None:
    lifecycle.run_sweep()
