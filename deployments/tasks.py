"""Background tasks of deployments: short, repeatable, each only calls a service."""

from __future__ import annotations

from deployments import adapters
from deployments.run import lifecycle


def deployment_launch(deployment_id: str) -> None:
    lifecycle.MACHINE.launch(deployment_id)


def deployment_reconcile(deployment_id: str) -> None:
    lifecycle.MACHINE.reconcile(deployment_id)


def deployment_sweep() -> None:
    lifecycle.MACHINE.sweep()


def adapters_sync(deployment_id: str) -> None:
    adapters.adapters_sync(deployment_id)
