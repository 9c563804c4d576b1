"""The agent: one asyncio process a host that keeps rows true to the machine.

While there is nothing to look after (no active row, no unwritten line, no run to index) the sweeps
sleep. One cheap look, as often as the most frequent of them, wakes them: they find as soon as ever.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django_q.tasks import async_task

from core.asgi.asgi_threads import Threads
from core.files.uploads import remove_stale_uploads
from core.liveness import canary, canary_interval, touch
from core.look import Look
from datasets.deid_jobs import lifecycle as jobs
from datasets.storage import remove_orphans
from deployments.door.usage import usage_prune
from deployments.run import lifecycle as deployments
from deployments.watch import polling
from platform_site.hosts import host_round
from projects.runs.artifacts import index_round, unindexed
from projects.runs.input_copies import copies_prune
from projects.runs.lifecycle import MACHINE as RUNS
from projects.runs.lifecycle import run_sweep
from projects.runs.retention import checkpoints_prune

logger = logging.getLogger(__name__)
HOUSEKEEPING_INTERVAL = 3600.0
Action = Callable[[], Any]
# What is called again and again while there is anything to look after, with the name of the
# setting that says how often (seconds).
SWEEPS: list[tuple[Action, str]] = [
    (jobs.MACHINE.sweep, "RUN_POLL_INTERVAL"),
    (run_sweep, "RUN_POLL_INTERVAL"),
    (index_round, "RUN_POLL_INTERVAL"),
    (deployments.MACHINE.sweep, "RUN_POLL_INTERVAL"),
    (polling.health_round, "HEALTH_INTERVAL"),
    (polling.start_round, "RUN_POLL_INTERVAL"),
    (polling.metrics_round, "METRICS_INTERVAL"),
    (polling.facts_check, "METRICS_INTERVAL"),
]
TIDYING: list[Action] = [polling.samples_prune, usage_prune]  # of rows alone
HOUSEKEEPING: list[Action] = [
    jobs.prune_folders,
    checkpoints_prune,
    copies_prune,
    deployments.prune_containers,
    deployments.prune_logs,
    *TIDYING,
]


class Agent:
    """Calls every sweep at its interval; a failing one is logged and tried again."""

    def __init__(self) -> None:
        self.stopping = asyncio.Event()
        self.needed = asyncio.Event()
        self._threads = Threads("look", workers=1, waiting=None)
        self._look: Look | None = None

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopping.set)
        await asyncio.gather(
            *(self._sweep(action, getattr(settings, interval)) for action, interval in SWEEPS),
            self._watch_rows(),
            self._repeat(host_round, settings.HEALTH_INTERVAL),
            self._repeat(_send_canary, canary_interval()),
            self._repeat(_housekeeping, HOUSEKEEPING_INTERVAL),
            self._watch_parent(os.getppid()),
        )

    async def _watch_rows(self) -> None:
        """Wake the sweeps where there is work for them, and let them sleep where there is none."""
        while not self.stopping.is_set():
            try:
                needed = await self._threads.run(self._finds)
            except DatabaseError:
                needed = True  # not known, so they look themselves, and say what is wrong
            if needed:
                self.needed.set()
            else:
                self.needed.clear()
            await self._pause(min(getattr(settings, interval) for _action, interval in SWEEPS))
        self.needed.set()  # whoever waits for it sees that all is over

    def _finds(self) -> bool:
        if self._look is None:
            machines = (RUNS, deployments.MACHINE, jobs.MACHINE)
            wanted = [rows for machine in machines for rows in machine.attention()]
            self._look = Look(*wanted, unindexed())
        try:
            return self._look.finds()
        finally:
            touch("agent")

    async def _sweep(self, action: Action, interval: float) -> None:
        while not self.stopping.is_set():
            await self.needed.wait()
            if not self.stopping.is_set():
                await _act(action)
            await self._pause(interval)

    async def _repeat(self, action: Action, interval: float) -> None:
        while not self.stopping.is_set():
            await _act(action)
            await self._pause(interval)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)

    async def _watch_parent(self, parent: int) -> None:
        """A supervisor that was killed cannot end us; its successor starts another agent."""
        while not self.stopping.is_set():
            if os.getppid() != parent:
                self.stopping.set()
            await asyncio.sleep(0.5)


async def _act(action: Action) -> None:
    if inspect.iscoroutinefunction(action):
        await _guarded_async(action)
    else:
        await sync_to_async(_guarded, thread_sensitive=False)(action)


def _guarded(action: Action) -> None:
    close_old_connections()
    try:
        action()
    except DatabaseError:
        logger.exception("%s: the database refused; trying again", action.__name__)
    except Exception:
        logger.exception("%s failed; trying again", action.__name__)
    finally:
        close_old_connections()
        touch("agent")  # it goes on, whatever came of this round


async def _guarded_async(action: Callable[[], Awaitable[Any]]) -> None:
    try:
        await action()
    except Exception:
        logger.exception("%s failed; trying again", getattr(action, "__name__", action))


def _send_canary() -> None:
    async_task(canary, q_options={"save": False})


def _housekeeping() -> None:
    hour_ago = time.time() - 3600
    remove_stale_uploads(older_than=hour_ago)
    remove_orphans(older_than=hour_ago)
    for action in HOUSEKEEPING:
        action()
