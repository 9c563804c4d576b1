"""Clients of streamed chats that cost little themselves: raw sockets, no parser, no tasks."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import cast


@dataclass
class Seen:
    """What all clients together have seen."""

    first: list[float] = field(default_factory=list)  # ms to the first event of each answer
    events: int = 0
    errors: list[str] = field(default_factory=list)


def chat(port: int, key: str, tokens: int) -> bytes:
    """The bytes of one request."""
    body = json.dumps(
        {
            "model": "bench",
            "messages": [{"role": "user", "content": "hello"}],
            "stream": True,
            "max_tokens": tokens,
        }
    )
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


class Client(asyncio.Protocol):
    """Sends the same request again and again over one connection, `times` times or until told."""

    def __init__(self, request: bytes, seen: Seen, times: int | None) -> None:
        self.request, self.seen, self.left = request, seen, times
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.stopping = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's own is of another class

    def begin(self) -> None:
        self.began, self.waiting, self.end = time.perf_counter(), True, b""
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if self.waiting:
            if not (self.end or data).startswith(b"HTTP/1.1 200"):
                self.seen.errors.append(data[:300].decode(errors="replace"))
                self.transport.close()
                return
            if b"data:" not in data:
                self.end = data
                return
            self.waiting = False
            self.seen.first.append(1000 * (time.perf_counter() - self.began))
        self.seen.events += data.count(b"data:")
        self.end = (self.end + data)[-5:]
        if self.end == b"0\r\n\r\n":
            self._next()

    def _next(self) -> None:
        if self.left is not None:
            self.left -= 1
        if self.stopping or self.left == 0:
            self.transport.close()
        else:
            self.begin()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.stopping and self.left != 0:
            self.seen.errors.append(f"connection lost: {error}")
        if not self.done.done():
            self.done.set_result(None)


async def open_clients(
    port: int, request: bytes, seen: Seen, count: int, times: int | None
) -> list[Client]:
    """Connected clients that have not begun."""
    loop = asyncio.get_running_loop()
    clients = []
    for _ in range(count):
        _transport, client = await loop.create_connection(
            lambda: Client(request, seen, times), "127.0.0.1", port
        )
        clients.append(client)
    return clients


async def burst(port: int, key: str, *, streams: int, times: int, tokens: int) -> Seen:
    """All streams begin at once, each `times` times in a row."""
    seen = Seen()
    clients = await open_clients(port, chat(port, key, tokens), seen, streams, times)
    for client in clients:
        client.begin()
    await asyncio.gather(*(client.done for client in clients))
    assert not seen.errors, seen.errors[:3]
    return seen
