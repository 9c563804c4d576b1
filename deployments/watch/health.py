"""Health checks of engines: many at once, bounded in time, one dead engine delaying none."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from deployments.adapters import addresses_of, enqueue_sync, url_at
from deployments.choices import DeploymentStatus, RestartPolicy
from deployments.models import Deployment
from deployments.run import endings
from deployments.run.engine_key import authorization
from deployments.run.lifecycle import MACHINE
from deployments.run.state import transition
from deployments.watch.port_owner import port_owner

CHECKED = (DeploymentStatus.STARTING, DeploymentStatus.RUNNING)
SLOW_SECONDS = 1.0
MAX_CONNECTIONS = 1000
CLIENT_SECONDS = 60.0  # whoever asks gives up much sooner
BUCKET_SECONDS = 60
BUCKETS = 60
WORST = {"up": 0, "slow": 1, "down": 2}


@dataclass(frozen=True)
class Check:
    """One answer, or none: `ms` is None where nothing came in time."""

    ok: bool
    ms: int | None

    @property
    def state(self) -> str:
        if not self.ok:
            return "down"
        return "slow" if (self.ms or 0) > SLOW_SECONDS * 1000 else "up"


DOWN = Check(False, None)
Asked = tuple[str | None, dict[str, str]]  # a URL, None where nobody knows it, and headers


def make_client() -> httpx.AsyncClient:
    """Plain HTTP to engines only: no proxies of the environment, no redirects."""
    return httpx.AsyncClient(transport=plain_transport(), timeout=CLIENT_SECONDS, trust_env=False)


def plain_transport() -> httpx.AsyncHTTPTransport:
    """For http:// only: its context trusts nobody, and loads no certificates (20 ms each time)."""
    limits = httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=200)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.AsyncHTTPTransport(verify=context, limits=limits)


async def check_all(
    client: httpx.AsyncClient, asked: Sequence[Asked], seconds: float
) -> list[Check]:
    """One check each, concurrently; whatever has not answered after `seconds` is down.

    `asked`: of the rows in their order.
    """
    tasks = [asyncio.create_task(_check(client, url, headers)) for url, headers in asked]
    if tasks:
        await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel()
    return [task.result() if _answered(task) else DOWN for task in tasks]


def _answered(task: asyncio.Task[Check]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None


def asked_of(rows: Iterable[Deployment]) -> list[Asked]:
    """Where and as whom each is asked for its health. Asks the database: not in the event loop."""
    rows = list(rows)
    addresses = addresses_of({row.host for row in rows})
    bases = [url_at(addresses[row.host], row) for row in rows]
    return [
        (base and base + row.health_path, authorization(row))
        for base, row in zip(bases, rows, strict=True)
    ]


async def _check(client: httpx.AsyncClient, url: str | None, headers: dict[str, str]) -> Check:
    if url is None:
        return DOWN
    began = time.monotonic()
    try:
        # The body is of no interest and may have no end.
        async with client.stream("GET", url, headers=headers) as answer:
            ok = 200 <= answer.status_code < 300
    except (httpx.HTTPError, httpx.InvalidURL):
        return DOWN
    return Check(ok, round(1000 * (time.monotonic() - began)))


def check_now(rows: Sequence[Deployment]) -> None:
    """Check within DEPLOY_HTTP_TIMEOUT however many are dead, and show it on the rows.

    For requests, which only read: nothing is written. What is, is the agent's of its own host, who
    sees whose process answers, and asks at its own pace, not at that of impatient clients.
    """
    rows = [row for row in rows if row.status in CHECKED and row.port]
    if not rows:
        return
    asked = asked_of(rows)

    async def run() -> list[Check]:
        async with make_client() as client:
            return await check_all(client, asked, settings.DEPLOY_HTTP_TIMEOUT)

    now = timezone.now()
    for row, check in zip(rows, async_to_sync(run)(), strict=True):
        row.health_ok = check.ok and row.status == DeploymentStatus.RUNNING
        row.health_at, row.health_ms = now, check.ms


def health_apply(rows: Sequence[Deployment], checks: Sequence[Check]) -> None:
    """Write what the checks found. One transaction; one that answers first becomes running."""
    now = timezone.now()
    with transaction.atomic():
        for row, check in zip(rows, checks, strict=True):
            changes = _changes(row, check, now)
            # A check begun while it was starting says nothing once a request found it running.
            Deployment.objects.filter(id=row.id, attempt=row.attempt, status=row.status).update(
                **changes
            )
            for name, value in changes.items():
                setattr(row, name, value)
    for row, check in zip(rows, checks, strict=True):
        if check.ok and row.status == DeploymentStatus.STARTING:
            _first_answer(row, check.ms)
        elif row.status == DeploymentStatus.RUNNING:
            _restart_if_hung(row)


def _changes(row: Deployment, check: Check, now: datetime) -> dict[str, Any]:
    running = row.status == DeploymentStatus.RUNNING
    failures = 0 if check.ok else row.health_failures + 1
    changes: dict[str, Any] = {
        "health_ok": check.ok and running,
        "health_at": now,
        "health_ms": check.ms,
        "health_failures": failures if running else 0,
    }
    if running:
        changes["history"] = history_with(row.history, now, check.state)
        changes |= _unhealthy_notice(row, failures)
        if (
            row.streak
            and row.running_at
            and now - row.running_at > timedelta(seconds=endings.SLOW_STREAK)
        ):
            changes["streak"] = 0
    return changes


def _unhealthy_notice(row: Deployment, failures: int) -> dict[str, Any]:
    if failures:
        return {"notice_code": "unhealthy", "notice_params": {"n": str(failures)}}
    if row.notice_code in ("unhealthy", "foreign_port"):
        return {"notice_code": "", "notice_params": {}}
    return {}


def history_with(history: list[Any], now: datetime, state: str) -> list[Any]:
    """The last hour as `[minute, worst state of it]`, oldest first."""
    minute = int(now.timestamp()) // BUCKET_SECONDS
    if history and history[-1][0] == minute:
        worst = max(history[-1][1], state, key=WORST.__getitem__)
        return [*history[:-1], [minute, worst]]
    kept = [one for one in history if minute - BUCKETS < one[0] < minute]
    return [*kept, [minute, state]]


def _first_answer(row: Deployment, ms: int | None) -> None:
    """Running is only said of our own process: another's answer on its port is not its."""
    if row.host != settings.PLATFORM_HOST:
        return  # its own host's agent can see whose port it is
    owner = port_owner(row)
    if owner == "foreign":
        params = {"port": str(row.port)}
        Deployment.objects.filter(id=row.id, attempt=row.attempt).update(
            notice_code="foreign_port", notice_params=params
        )
    if owner != "ours":
        return
    MACHINE.reconcile_row(row)  # what is said to run has a process that is known
    if row.status != DeploymentStatus.STARTING:
        return
    now = timezone.now()
    moved = transition(
        row, DeploymentStatus.RUNNING, code="healthy", running_at=now, health_ok=True,
        health_at=now, health_ms=ms,
        phase_code="", phase_params={}, notice_code="", notice_params={},
        history=history_with(row.history, now, "up"),
    )  # fmt: skip
    if moved and row.adapters.exists():
        enqueue_sync(row)


def _restart_if_hung(row: Deployment) -> None:
    if (
        row.restart_policy == RestartPolicy.ON_FAILURE
        and row.health_failures >= settings.DEPLOY_HUNG_CHECKS
        and not row.kill_reason_code
    ):
        Deployment.objects.filter(
            id=row.id, attempt=row.attempt, status=DeploymentStatus.RUNNING
        ).update(kill_reason_code="hung")
