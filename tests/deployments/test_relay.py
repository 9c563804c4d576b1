"""One request on its way to an engine: its place is given back, and nobody's work delays it."""

from __future__ import annotations

import asyncio
import gc
import threading
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from core.accounts.actor import Actor
from core.asgi.asgi_threads import Threads
from core.errors import Unavailable
from deid import fast
from deployments.door import access, relay
from deployments.door.errors import DoorError
from deployments.door.relay import Relay
from deployments.door.targets import Target, in_flight
from deployments.door.trace import passed_back, passed_on
from tests.support.asgi import scope_of

PATH = "/v1/chat/completions"


async def small_engine(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Begins a stream and leaves it open."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {}\n\n")
    await writer.drain()


def test_an_answer_that_nobody_reads_gives_its_place_back() -> None:
    user = User(pk=987654)
    engine = uuid4()

    async def run() -> None:
        server = await asyncio.start_server(small_engine, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        one: Any = Relay(Actor(user, "session"), "m", PATH, {"model": "m", "stream": True})
        await one.open([Target(engine, f"http://127.0.0.1:{port}", "m")])
        assert (relay._users[user.pk], in_flight[engine]) == (1, 1)
        parts: Any = one.parts()  # as a page's answer has them, whose reader has gone
        del one, parts
        gc.collect()
        assert (relay._users[user.pk], in_flight[engine]) == (0, 0)
        await relay._session().close()
        server.close()

    asyncio.run(run())


@pytest.mark.parametrize("status", [429, 503])
def test_what_an_engine_says_when_it_is_busy_reaches_the_client(status: int) -> None:
    async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status} Busy\r\nRetry-After: 7\r\nContent-Length: 12\r\n\r\n"
        writer.write(head.encode() + b"try ")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(b"later on")
        await writer.drain()

    async def run() -> None:
        server = await asyncio.start_server(busy, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        one = Relay(Actor(User(pk=987655), "session"), "m", PATH, {"model": "m"})
        nobody = Target(uuid4(), "http://127.0.0.1:9", "m")
        answer = await one.open([Target(uuid4(), url, "m"), nobody])
        said = answer.first + b"".join([part async for part in answer.rest])
        assert (answer.status, answer.passed_back) == (status, {"Retry-After": "7"})
        assert said == b"try later on" and one.failed
        await relay._session().close()
        server.close()

    asyncio.run(run())


def test_a_refused_request_holds_no_place(settings: Any) -> None:
    settings.INFERENCE_CONCURRENCY = 1
    first = relay.Place(4711)
    with pytest.raises(DoorError):
        relay.Place(4711)
    first.leave()
    first.leave()
    assert relay._users[4711] == 0


def test_texts_do_not_delay_a_chats_admission() -> None:
    """Every thread of the one, and its queue, is full: the other answers."""

    async def run() -> None:
        released = threading.Event()
        full = [asyncio.ensure_future(fast.threads.run(released.wait)) for _ in range(204)]
        await asyncio.sleep(0.1)
        with pytest.raises(Unavailable):
            await fast.threads.run(released.wait)
        assert await asyncio.wait_for(access.threads.run(lambda: "in"), 5) == "in"
        released.set()
        await asyncio.gather(*full)
        assert await fast.threads.run(lambda: "again") == "again"

    asyncio.run(run())


def test_who_leaves_a_queue_holds_the_place_until_the_work_is_done() -> None:
    async def run() -> None:
        threads, released = Threads("test", workers=1, waiting=1), threading.Event()
        gone = [asyncio.ensure_future(threads.run(released.wait)) for _ in range(2)]
        await asyncio.sleep(0.05)
        for task in gone:
            task.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
        with pytest.raises(Unavailable):
            await threads.run(released.wait)
        released.set()
        await asyncio.sleep(0.1)
        assert await threads.run(lambda: 1) == 1

    asyncio.run(run())


def test_a_request_is_followed_by_its_own_id() -> None:
    headers = {"X-Request-Id": "abc-1", "traceparent": "00-1-2-01", "X-Other": "no"}
    scope = scope_of(PATH, headers=headers)
    first, second = passed_on(scope), passed_on(scope)
    assert first["traceparent"] == "00-1-2-01" and set(first) == {"traceparent", "x-request-id"}
    assert first["x-request-id"].startswith("abc-1-") and first != second
    assert passed_back(scope) == [(b"x-request-id", b"abc-1")]
    for bad in ("a b", "x" * 101, ""):
        assert passed_on(scope_of(PATH, headers={"X-Request-Id": bad})) == {}
