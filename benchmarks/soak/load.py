"""What people and programs do all at once, by clients that cost little themselves."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import cast

import httpx

from benchmarks.stream_load import Seen, chat, open_clients

READING = 10  # every so manieth viewer looks at each line; the others only take what comes
LINE = b"at "


@dataclass
class Heard:
    """What all clients together have met; delays in milliseconds."""

    lines: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)
    chats: Seen = field(default_factory=Seen)
    errors: list[str] = field(default_factory=list)

    def all_errors(self) -> list[str]:
        return [*self.errors, *self.chats.errors]


class Viewer(asyncio.Protocol):
    """A browser that follows a log; a reading one measures how old each line is."""

    def __init__(self, request: bytes, heard: Heard, *, reads: bool) -> None:
        self.request, self.heard, self.reads = request, heard, reads
        self.bytes, self.closing = 0, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's own is of another class
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if self.bytes == 0 and not data.startswith(b"HTTP/1.1 200"):
            self.heard.errors.append(f"viewer: {data[:200]!r}")
        self.bytes += len(data)
        if self.reads:
            now = time.time()
            for piece in data.split(LINE)[1:]:
                if len(stamp := piece[:17]) == 17 and stamp.replace(b".", b"").isdigit():
                    self.heard.lines.append(1000 * (now - float(stamp)))

    def connection_lost(self, error: Exception | None) -> None:
        if not self.closing:
            self.heard.errors.append(f"a viewer was cut off: {error}")


async def view(port: int, path: str, heard: Heard, *, viewers: int, seconds: float) -> None:
    """`viewers` follow the log at `path` so long."""
    loop = asyncio.get_running_loop()
    request = f"GET {path}?tail=0 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    opened: list[Viewer] = []
    for number in range(viewers):
        reads = number % READING == 0
        _transport, viewer = await loop.create_connection(
            lambda reads=reads: Viewer(request, heard, reads=reads),  # type: ignore[misc]
            "127.0.0.1", port,
        )  # fmt: skip
        opened.append(viewer)
    await asyncio.sleep(seconds)
    for viewer in opened:
        viewer.closing = True
        viewer.transport.close()
        if viewer.bytes == 0:
            heard.errors.append("a viewer saw nothing")


async def call(
    url: str, asked: list[tuple[str, str]], heard: Heard, *, rate: float, seconds: float
) -> None:
    """So many API calls a second, in turn, whether or not those before are answered.

    `asked`: method and path. A call's time counts from the moment at which it was due.
    """
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    async with httpx.AsyncClient(base_url=url, limits=limits, trust_env=False, timeout=30) as http:

        async def one(method: str, path: str, due: float) -> None:
            body = {"name": "soak"} if method == "POST" else None
            try:
                answer = await http.request(method, path, json=body)
            except httpx.HTTPError as error:
                heard.errors.append(f"{method} {path}: {error!r}")
                return
            heard.calls.append(1000 * (time.perf_counter() - due))
            if answer.status_code >= 300:
                heard.errors.append(f"{method} {path}: {answer.status_code} {answer.text[:100]}")

        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(int(rate * seconds)):
                due = began + number / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(one(*asked[number % len(asked)], due))


async def talk(port: int, heard: Heard, *, streams: int, tokens: int, seconds: float) -> None:
    """`streams` chats at once; each one that ends is followed by another."""
    clients = await open_clients(port, chat(port, "open", tokens), heard.chats, streams, None)
    for client in clients:
        client.begin()
        await asyncio.sleep(0.5 / streams)
    await asyncio.sleep(seconds)
    for client in clients:
        client.stopping = True
    await asyncio.wait([client.done for client in clients], timeout=60)
