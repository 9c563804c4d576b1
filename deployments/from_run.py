"""Deploys what a training run has made: a model by itself, an adapter on its base."""

from __future__ import annotations

from django.conf import settings

from core.accounts.actor import Actor
from core.accounts.ownership import visible
from core.command_template import takes_extra_args
from deployments.adapters import NewAdapter, adapter_attach, takes_adapters
from deployments.choices import DeploymentStatus
from deployments.models import Adapter, Deployment
from deployments.services import Launch, deployment_launch
from projects.runs.results import RunResult


def launch_of(result: RunResult) -> Launch:
    """What to launch for a run's result, nothing else asked."""
    if result.base is None:
        return Launch(
            model_path=str(result.path),
            model_version=result.label,
            extra_args=_named(result.label),
            tags=[result.project],
            source_run=result.run_id,
        )
    adapter = NewAdapter(name=result.label, path=str(result.path), source_run=result.run_id)
    return Launch(
        model_path=result.base,
        tags=[result.project],
        adapters=[adapter],
        source_run=result.run_id,
    )


def _named(label: str) -> str:
    """Every run's model lies in a folder called `final`: clients need another name for it."""
    return f"--served-model-name {label}" if takes_extra_args(settings.VLLM_CMD_TEMPLATE) else ""


def run_deploy(*, actor: Actor, result: RunResult) -> Deployment:
    """Launch it on an engine of its own."""
    return deployment_launch(actor=actor, launch=launch_of(result))


def run_attach(*, actor: Actor, result: RunResult, deployment: Deployment) -> Adapter:
    """Serve a run's adapter on a running engine of its base."""
    return adapter_attach(
        actor=actor,
        deployment=deployment,
        name=result.label,
        path=str(result.path),
        source_run=result.run_id,
    )


def engines_for(actor: Actor, result: RunResult) -> list[Deployment]:
    """Running engines of the adapter's base that take adapters and that the actor may change."""
    if result.base is None:
        return []
    rows = visible(Deployment.objects.all(), actor.user).filter(
        status=DeploymentStatus.RUNNING, model_path=result.base
    )
    return [
        row
        for row in rows
        if actor.may("deployments.change_deployment", row) and takes_adapters(row)
    ]
