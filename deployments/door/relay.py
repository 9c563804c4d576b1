"""Sends one request to an engine and its answer back, part by part.

An engine that cannot be reached, or dies before its first byte, is tried no more: the next one
is asked. When the client goes, the iterator is closed, and with it the engine's work.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from django.conf import settings
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.asgi.asgi_threads import in_thread
from deployments.door.errors import DoorError
from deployments.door.targets import Target, in_flight
from deployments.door.usage import Meter, usage_record

CONNECT_SECONDS = 2.0
KEEP_SECONDS = 3.0  # engines close idle connections after 5 s
READ_SECONDS = 900.0  # between two parts of an answer: a long prompt may wait in a queue
RETRIED = {401, 502, 503, 504}  # 401: it has another key than ours
HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
STREAMED = {"/v1/chat/completions", "/v1/completions"}
_sessions: dict[int, aiohttp.ClientSession] = {}
_users: Counter[int] = Counter()
logger = logging.getLogger(__name__)


def _session() -> aiohttp.ClientSession:
    """One for this event loop. aiohttp, for its parser in C: an engine's answer has many parts."""
    loop = id(asyncio.get_running_loop())
    if loop not in _sessions:
        _sessions[loop] = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_SECONDS),
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS
            ),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
    return _sessions[loop]


@dataclass
class Answer:
    """An engine's answer, its first part already here."""

    status: int
    content_type: str
    first: bytes
    rest: AsyncIterator[bytes]
    response: aiohttp.ClientResponse


class Relay:
    """One request of one user, from the choice of an engine to the count of its tokens."""

    def __init__(self, actor: Actor, model: str, path: str, body: dict[str, Any]) -> None:
        self.actor = actor
        self.model = model
        self.path = path
        streams = bool(body.get("stream")) and path in STREAMED
        options = body.get("stream_options")
        asked = isinstance(options, dict) and bool(options.get("include_usage"))
        if streams and not asked and isinstance(options, dict | None):
            body["stream_options"] = {**(options or {}), "include_usage": True}
        self.body = body
        self.meter = Meter(stream=streams, hide=streams and not asked)
        self.failed = True
        self.answer: Answer | None = None
        self._target: Target | None = None

    async def open(self, targets: Sequence[Target]) -> Answer:
        """The first engine's answer that comes. Raises DoorError."""
        self._enter()
        try:
            for target in targets:
                self._at(target)
                if answer := await self._try(target):
                    self.answer = answer
                    self.failed = answer.status >= 400
                    return answer
            raise DoorError(
                502, _("No engine that serves %(model)s answered") % {"model": self.model},
                code="engine_unreachable",
            )  # fmt: skip
        except BaseException:
            await self.close()
            raise

    async def _try(self, target: Target) -> Answer | None:
        """None if it cannot be reached or dies before its first byte."""
        content = json.dumps({**self.body, "model": target.engine_name}).encode()
        for _attempt in range(2):
            try:
                return await self._ask(target, content)
            except aiohttp.ServerDisconnectedError:
                continue  # it closed an idle connection just as we took it
            except (aiohttp.ClientError, TimeoutError) as error:
                logger.warning("%s does not answer: %s", target.url, type(error).__name__)
                return None
        return None

    async def _ask(self, target: Target, content: bytes) -> Answer | None:
        response = await _session().post(
            f"{target.url}{self.path}",
            data=content,
            headers={**HEADERS, **target.headers},  # the client's own stay with us
            allow_redirects=False,
        )
        try:
            parts = response.content.iter_any()
            first = await anext(parts, b"")
            if response.status in RETRIED or (response.ok and not first):
                response.close()
                return None
        except BaseException:
            response.close()
            raise
        kind = response.headers.get("Content-Type", "application/json")
        return Answer(response.status, kind, first, parts, response)

    async def parts(self) -> AsyncIterator[bytes]:
        """What the client gets; closing it early ends the engine's work."""
        answer = self.answer
        if answer is None:
            return
        try:
            if data := self.meter.feed(answer.first):
                yield data
            async for part in answer.rest:
                if data := self.meter.feed(part):
                    yield data
            if data := self.meter.end():
                yield data
        except (aiohttp.ClientError, TimeoutError):
            self.failed = True
            if not self.meter.stream:
                raise
            error = DoorError(
                502, _("The engine ended in the middle of its answer"), code="engine_died"
            )
            yield b"data: " + error.body() + b"\n\n"
        finally:
            await asyncio.shield(self.close())

    async def close(self) -> None:
        """Let the engine go, and write down what was used. Once, however often it is called."""
        if self._target is None:
            return
        self._at(None)
        self._leave()
        if self.answer is not None:
            self.answer.response.close()
        await in_thread(_record, self)

    def _at(self, target: Target | None) -> None:
        if self._target is not None:
            in_flight[self._target.deployment] -= 1
        if target is not None:
            in_flight[target.deployment] += 1
        self._target = target

    def _enter(self) -> None:
        user = self.actor.user.pk
        if _users[user] >= settings.INFERENCE_CONCURRENCY:
            raise DoorError(
                429, _("Too many requests at once: at most %(most)s for a user")
                % {"most": settings.INFERENCE_CONCURRENCY}, code="concurrency", retry_after=1,
            )  # fmt: skip
        _users[user] += 1

    def _leave(self) -> None:
        _users[self.actor.user.pk] -= 1


def _record(relay: Relay) -> None:
    usage_record(relay.actor, relay.model, relay.meter, failed=relay.failed)
