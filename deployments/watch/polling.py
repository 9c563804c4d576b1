"""What the agent asks the engines of its host, every few seconds: health and figures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from core.execution.models import Host
from core.pruning import remove_in_steps
from deployments.adapters import base_url, enqueue_sync
from deployments.choices import AdapterState, DeploymentStatus
from deployments.models import Adapter, Deployment, EngineSample
from deployments.run.engine_key import authorization
from deployments.run.state import event_add
from deployments.watch import engine_metrics
from deployments.watch.health import CHECKED, Asked, asked_of, check_all, health_apply, make_client

SAMPLES_KEPT = timedelta(hours=2)
_clients: dict[int, httpx.AsyncClient] = {}
_readings: dict[tuple[UUID, int], tuple[float, engine_metrics.Reading]] = {}


def _client() -> httpx.AsyncClient:
    """One client for this event loop: its connections to the engines are kept open."""
    return _clients.setdefault(id(asyncio.get_running_loop()), make_client())


async def health_round() -> None:
    """Check every engine of this host; the agent calls it each HEALTH_INTERVAL."""
    await _check(CHECKED)


async def start_round() -> None:
    """Check those that start, more often: somebody waits for them to be running."""
    await _check((DeploymentStatus.STARTING,))


async def _check(statuses: Sequence[str]) -> None:
    rows, asked = await _in_thread(_to_check)(statuses)
    checks = await check_all(_client(), asked, settings.DEPLOY_HTTP_TIMEOUT)
    await _in_thread(health_apply)(rows, checks)


def _to_check(statuses: Sequence[str]) -> tuple[list[Deployment], list[Asked]]:
    rows = _mine(statuses)
    return rows, asked_of(rows)


def _mine(statuses: Sequence[str]) -> list[Deployment]:
    return list(
        Deployment.objects.filter(
            host=settings.PLATFORM_HOST, status__in=statuses, submitted_at__isnull=False
        )
    )


def _in_thread(action: Any) -> Any:
    def guarded(*arguments: Any) -> Any:
        close_old_connections()
        try:
            return action(*arguments)
        finally:
            close_old_connections()

    return sync_to_async(guarded, thread_sensitive=False)


async def metrics_round() -> None:
    """Read the figures of every healthy engine; the agent calls it each METRICS_INTERVAL."""
    rows = [row for row in await _in_thread(_mine)((DeploymentStatus.RUNNING,)) if row.health_ok]
    asked = [(f"{base_url(row)}/metrics", authorization(row)) for row in rows]
    texts = await asyncio.gather(*(_text(url, headers) for url, headers in asked))
    await _in_thread(_store)(rows, texts)


async def _text(url: str, headers: dict[str, str]) -> str:
    try:
        async with asyncio.timeout(settings.DEPLOY_HTTP_TIMEOUT):
            async with _client().stream("GET", url, headers=headers) as answer:
                parts, size = [], 0
                async for part in answer.aiter_bytes():
                    size += len(part)
                    if size > engine_metrics.MAX_BYTES:
                        return ""
                    parts.append(part)
        return b"".join(parts).decode("utf-8", "replace")
    except (httpx.HTTPError, TimeoutError):
        return ""


def _store(rows: Sequence[Deployment], texts: Sequence[str]) -> None:
    now, moment = timezone.now(), time.monotonic()
    samples = []
    for row, text in zip(rows, texts, strict=True):
        if reading := engine_metrics.parse(text):
            samples.append(_sample(row, reading, moment, now))
    EngineSample.objects.bulk_create(samples)
    for sample in samples:
        Deployment.objects.filter(id=sample.deployment_id, status=DeploymentStatus.RUNNING).update(
            load={
                "running": sample.running, "waiting": sample.waiting, "kv_cache": sample.kv_cache,
                "tokens_per_second": sample.tokens_per_second,
                "first_token_ms": sample.first_token_ms,
            }
        )  # fmt: skip


def _sample(
    row: Deployment, reading: engine_metrics.Reading, moment: float, now: Any
) -> EngineSample:
    key = (row.id, row.attempt)
    before = _readings.get(key)
    if len(_readings) > 5000:
        _readings.clear()
    _readings[key] = (moment, reading)
    speed, first = engine_metrics.rates(before[1], reading, moment - before[0]) if before else (
        0.0, None,
    )  # fmt: skip
    return EngineSample(
        deployment=row, at=now, running=reading.running, waiting=reading.waiting,
        kv_cache=reading.kv_cache, tokens_per_second=round(speed, 2),
        first_token_ms=None if first is None else round(first, 2),
    )  # fmt: skip


def samples_prune() -> None:
    """Housekeeping of the figures."""
    old = EngineSample.objects.filter(at__lt=timezone.now() - SAMPLES_KEPT)
    remove_in_steps(old.order_by("at"))


def facts_check() -> None:
    """Say so where a leased GPU is no longer seen, and where adapters still wait."""
    host = Host.objects.filter(name=settings.PLATFORM_HOST).first()
    seen = {int(gpu["index"]) for gpu in host.gpus} if host and not host.gpu_problem else None
    for row in _mine((DeploymentStatus.STARTING, DeploymentStatus.RUNNING)):
        gone = [gpu for gpu in row.gpu_ids if seen is not None and gpu not in seen]
        if gone and row.notice_code == "":
            Deployment.objects.filter(id=row.id, attempt=row.attempt).update(
                notice_code="gpu_gone", notice_params={"gpu": str(gone[0])}
            )
            event_add(row, code="gpu_gone", params={"gpu": str(gone[0])}, level="warning")
        elif not gone and row.notice_code == "gpu_gone":
            Deployment.objects.filter(id=row.id).update(notice_code="", notice_params={})
    waiting = Adapter.objects.filter(
        deployment__host=settings.PLATFORM_HOST,
        deployment__status=DeploymentStatus.RUNNING,
        deployment__health_ok=True,
        state__in=(AdapterState.WAITING, AdapterState.LEAVING),
    )
    for row in Deployment.objects.filter(adapters__in=waiting).distinct():
        enqueue_sync(row)
