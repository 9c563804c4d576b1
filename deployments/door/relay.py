"""Sends one request to an engine and its answer back, part by part.

An engine that cannot be reached, or dies before its first byte, is tried no more: the next one
is asked. When the client goes, the iterator is closed, and with it the engine's work.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import aiohttp
from django.conf import settings
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from deployments.door.errors import DoorError
from deployments.door.meter import Meter
from deployments.door.targets import Target, in_flight
from deployments.door.usage_book import Used, write_down

CONNECT_SECONDS = 2.0
KEEP_SECONDS = 3.0  # engines close idle connections after 5 s
READ_SECONDS = 900.0  # between two parts of an answer: a long prompt may wait in a queue
RETRIED = {401, 502, 503, 504}  # 401: it has another key than ours
KEPT = {503}  # of these, what an engine says of itself: it is shown if no other one answers
MAX_KEPT = 64 * 1024
PASSED_BACK = ("Retry-After",)
HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
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

    @classmethod
    def of(
        cls, response: aiohttp.ClientResponse, first: bytes, rest: AsyncIterator[bytes]
    ) -> Answer:
        kind = response.headers.get("Content-Type", "application/json")
        return cls(response.status, kind, first, rest, response)

    @property
    def passed_back(self) -> dict[str, str]:
        """Headers of the engine's that the client gets."""
        given = self.response.headers
        return {name: given[name] for name in PASSED_BACK if name in given}


class Place:
    """A user's place among their requests, and the engine's: given back once, in any case.

    Also when it is only forgotten: an answer may be thrown away before anybody reads from it.
    """

    def __init__(self, user: int) -> None:
        self._user: int | None = None
        self._engine: UUID | None = None
        if _users[user] >= settings.INFERENCE_CONCURRENCY:
            raise DoorError(
                429, _("Too many requests at once: at most %(most)s for a user")
                % {"most": settings.INFERENCE_CONCURRENCY}, code="concurrency", retry_after=1,
            )  # fmt: skip
        _users[user] += 1
        self._user = user

    def at(self, engine: UUID | None) -> None:
        """Move from the engine that was tried to another."""
        if self._engine is not None:
            in_flight[self._engine] -= 1
        if engine is not None:
            in_flight[engine] += 1
        self._engine = engine

    def leave(self) -> bool:
        """False if it had been left before."""
        user, self._user = self._user, None
        if user is None:
            return False
        self.at(None)
        _users[user] -= 1
        return True

    __del__ = leave


class Relay:
    """One request of one user, from the choice of an engine to the count of its tokens.

    `passed`: headers of the client's that the engine gets.
    """

    def __init__(
        self, actor: Actor, model: str, path: str, body: dict[str, Any],
        passed: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.actor = actor
        self.model = model
        self.path = path
        self.passed = dict(passed or {})
        self.meter = Meter(path, body)
        self.body = self.meter.asked
        self.failed = True
        self.answer: Answer | None = None
        self._kept: Answer | None = None
        self._place: Place | None = None
        self._is_counted = False  # an engine has worked on it, or may have

    async def open(self, targets: Sequence[Target]) -> Answer:
        """The first engine's answer that comes. Raises DoorError."""
        self._place = Place(self.actor.user.pk)
        try:
            self.answer = await self._first(targets, self._place)
        except BaseException as error:
            self._is_counted = isinstance(error, asyncio.CancelledError)  # the client has left
            await self.close()
            raise
        self.failed = self.answer.status >= 400
        self._is_counted = not self.failed
        return self.answer

    async def _first(self, targets: Sequence[Target], place: Place) -> Answer:
        for target in targets:
            place.at(target.deployment)
            if answer := await self._try(target):
                return answer
        if self._kept is not None:
            return self._kept
        raise DoorError(
            502, _("No engine that serves %(model)s answered") % {"model": self.model},
            code="engine_unreachable",
        )  # fmt: skip

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
            headers={**self.passed, **HEADERS, **target.headers},  # the client's own stay with us
            allow_redirects=False,
        )
        try:
            parts = response.content.iter_any()
            first = await anext(parts, b"")
            if response.status in RETRIED or (response.ok and not first):
                await self._keep(response, first, parts)
                response.close()
                return None
        except BaseException:
            response.close()
            raise
        return Answer.of(response, first, parts)

    async def _keep(
        self, response: aiohttp.ClientResponse, first: bytes, rest: AsyncIterator[bytes]
    ) -> None:
        """What an engine says that cannot serve now, if it says so shortly."""
        if response.status not in KEPT:
            return
        async with asyncio.timeout(CONNECT_SECONDS):
            said = first
            async for part in rest:
                said = (said + part)[:MAX_KEPT]
        self._kept = Answer.of(response, said, _nothing())

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
        if self._place is None or not self._place.leave():
            return
        if self.answer is not None:
            self.answer.response.close()
        tokens = self.meter.tokens() if self._is_counted else (0, 0)
        await write_down(Used(self.actor, self.model, tokens, self.failed))


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""
