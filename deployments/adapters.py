"""LoRA adapters: several on one engine, named at its start or attached while it runs."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_q.tasks import async_task

from core.accounts import audit
from core.accounts.actor import Actor
from core.errors import Conflict, Invalid, NotFound, Unavailable
from core.execution.models import Host
from core.logs import printable
from deployments.choices import AdapterState, DeploymentStatus
from deployments.models import Adapter, Deployment
from deployments.rules.engine_options import engine_options, lora_rank_for
from deployments.rules.extra_args import split_extra_args
from deployments.rules.model_paths import absolute, check_files, check_model_place, local_model
from deployments.rules.sizing import read_config
from deployments.run.engine_key import authorization
from deployments.run.state import event_add, events_flush

CALL_SECONDS = 60.0  # an engine reads the adapter's weights before it answers
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,254}", re.ASCII)


@dataclass(frozen=True)
class NewAdapter:
    name: str
    path: str
    source_run: UUID | None = None


def check_adapter(actor: Actor, name: str, path: str) -> None:
    """Raise Invalid unless it is an adapter that the actor may use, under a name that routes."""
    if not _NAME.fullmatch(name):
        raise Invalid(_("Letters, digits, '.', '_' and '-' only, at most 255"), field="name")
    check_model_place(actor, path, field="path")
    folder = local_model(path)
    if folder is None or not os.path.isfile(folder / "adapter_config.json"):  # noqa: PTH113
        raise Invalid(_("There is no LoRA adapter at %(path)s") % {"path": path}, field="path")
    check_files(actor, folder, field="path")


def adapters_make(actor: Actor, deployment: Deployment, adapters: Sequence[NewAdapter]) -> None:
    """Rows of adapters that the engine gets at its start, in the caller's transaction."""
    for adapter in adapters:
        check_adapter(actor, adapter.name, adapter.path)
        Adapter.objects.create(
            deployment=deployment, name=adapter.name, path=adapter.path,
            source_run=adapter.source_run,
        )  # fmt: skip


def adapter_arguments(deployment: Deployment) -> list[str]:
    """Options by which the engine is started with its adapters."""
    adapters = list(deployment.adapters.exclude(state=AdapterState.LEAVING))
    if not adapters:
        return []
    options = engine_options(split_extra_args(deployment.extra_args))
    arguments = [] if options.lora else ["--enable-lora"]
    rank = lora_rank_for(max(adapter_rank(absolute(adapter.path)) for adapter in adapters))
    if rank > options.max_lora_rank:
        arguments += ["--max-lora-rank", str(rank)]
    return [*arguments, "--lora-modules", *(f"{one.name}={absolute(one.path)}" for one in adapters)]


def adapter_rank(folder: Path) -> int:
    """`r` of its configuration; 0 where that does not say."""
    rank = read_config(folder / "adapter_config.json").get("r")
    return rank if isinstance(rank, int) else 0


def takes_adapters(deployment: Deployment) -> bool:
    """Whether the engine was started with LoRA, by its options or the operator's template."""
    return "--enable-lora" in shlex.split(deployment.vllm_cmd)


def adapter_attach(
    *, actor: Actor, deployment: Deployment, name: str, path: str, source_run: UUID | None = None
) -> Adapter:
    """Have a running engine serve one more adapter. Raises Invalid, Conflict."""
    actor.require("deployments.change_deployment", deployment)
    check_adapter(actor, name, path)
    if not takes_adapters(deployment):
        raise Conflict(_("It was started without --enable-lora: no adapter can be attached"))
    if name in deployment.served_names:
        raise Conflict(_("The base model is served under that name"), field="name")
    try:
        with transaction.atomic():
            adapter = Adapter.objects.create(
                deployment=deployment, name=name, path=path, source_run=source_run
            )
            audit.record(actor, "adapter.attach", deployment, changes={"adapter": [None, name]})
            enqueue_sync(deployment)
    except IntegrityError as error:
        raise Conflict(
            _("There already is an adapter named %(name)s") % {"name": name}, field="name"
        ) from error
    return adapter


def adapter_detach(*, actor: Actor, deployment: Deployment, name: str) -> None:
    """Have the engine forget it. Raises NotFound."""
    actor.require("deployments.change_deployment", deployment)
    with transaction.atomic():
        rows = deployment.adapters.filter(name=name)
        if not rows.update(state=AdapterState.LEAVING):
            raise NotFound(_("There is no such adapter"))
        audit.record(actor, "adapter.detach", deployment, changes={"adapter": [name, None]})
        if deployment.is_active:
            enqueue_sync(deployment)
        else:
            rows.delete()


def enqueue_sync(deployment: Deployment) -> None:
    async_task("deployments.tasks.adapters_sync", str(deployment.id), cluster=deployment.host)


def adapters_sync(deployment_id: UUID | str) -> None:
    """Make the engine serve what the rows say. Repeatable; a refusal is kept on the row."""
    deployment = Deployment.objects.filter(
        id=deployment_id, status=DeploymentStatus.RUNNING
    ).first()
    if deployment is None:
        return
    with httpx.Client(
        base_url=base_url(deployment),
        headers=authorization(deployment),
        timeout=CALL_SECONDS,
        trust_env=False,
    ) as http:
        try:
            served = _served(http)
            for adapter in deployment.adapters.all():
                _sync_one(http, deployment, adapter, adapter.name in served)
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
            return  # it does not answer now; the agent asks again when it is healthy
    events_flush(deployment)


def _served(http: httpx.Client) -> set[str]:
    return {str(one.get("id")) for one in http.get("/v1/models").json()["data"]}


def _sync_one(http: httpx.Client, deployment: Deployment, adapter: Adapter, served: bool) -> None:
    if adapter.state == AdapterState.LEAVING:
        if served:
            http.post("/v1/unload_lora_adapter", json={"lora_name": adapter.name})
        adapter.delete()
        event_add(deployment, code="adapter_detached", params={"name": adapter.name})
        return
    if not served and adapter.state != AdapterState.REFUSED:
        body = {"lora_name": adapter.name, "lora_path": str(absolute(adapter.path))}
        answer = http.post("/v1/load_lora_adapter", json=body)
        # Another of these may have been faster: then it is there already, which is refused too.
        if answer.status_code >= 400 and adapter.name not in _served(http):
            _refused(deployment, adapter, _said(answer))
            return
        served = True
    if served and adapter.state != AdapterState.ATTACHED:
        Adapter.objects.filter(pk=adapter.pk, state=adapter.state).update(
            state=AdapterState.ATTACHED, message=""
        )
        event_add(deployment, code="adapter_attached", params={"name": adapter.name})


def _refused(deployment: Deployment, adapter: Adapter, why: str) -> None:
    Adapter.objects.filter(pk=adapter.pk).update(state=AdapterState.REFUSED, message=why)
    params = {"name": adapter.name, "why": why}
    event_add(deployment, code="adapter_refused", params=params, level="warning")


def _said(answer: httpx.Response) -> str:
    try:
        document: Any = answer.json()
        said = document.get("error", document)
        text = str(said.get("message", said) if isinstance(said, dict) else said)
    except (ValueError, AttributeError):
        text = answer.text
    return printable(text.replace("\n", " "))[:300]


def base_url(deployment: Deployment) -> str:
    """Where the platform reaches the engine. Raises Unavailable for a host without an address."""
    url = url_at(addresses_of({deployment.host})[deployment.host], deployment)
    if url is None:
        raise Unavailable(
            _("The address of the host %(host)s is not known") % {"host": deployment.host}
        )
    return url


def url_at(address: str | None, deployment: Deployment) -> str | None:
    """The same, its host's address being known (or known not to be)."""
    return f"http://{address}:{deployment.port}" if address else None


def addresses_of(hosts: Collection[str]) -> dict[str, str | None]:
    """Address of each host, as it stands in a URL; None for one that has never reported.

    Never loopback for want of a better one: there, somebody else's engine may listen.
    """
    others = set(hosts) - {settings.PLATFORM_HOST}
    known = {settings.PLATFORM_HOST: str(settings.DEPLOY_ADDRESS)}
    if others:
        known |= dict(Host.objects.filter(name__in=others).values_list("name", "address"))
    return {host: _in_url(known.get(host, "")) for host in hosts}


def _in_url(address: str) -> str | None:
    return f"[{address}]" if ":" in address else address or None
