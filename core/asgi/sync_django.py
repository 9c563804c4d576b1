"""Django's synchronous stack behind ASGI: a request is one piece of work for a thread that is kept.

Django's own ASGI handler starts threads and opens a database connection for each request, and goes
back and forth between threads and event loop wherever synchronous and asynchronous middleware take
turns; for views that are synchronous that is most of what a request costs. Here it is one hop: the
event loop takes the request's body in, a thread answers, the event loop sends. What is streamed is
streamed by the event loop, so that neither a slow client nor a viewer holds a thread.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.asgi import ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from core.asgi.asgi_threads import Threads
from core.asgi.request_guard import Message, Receive, Send


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class SyncDjango(BaseHandler):
    """An ASGI application: `middleware` and the synchronous views, in `threads`.

    The signals request_started and request_finished are not sent: what Django does by them
    (closing connections that are old or broken) `threads` do.
    """

    def __init__(self, middleware: Sequence[str], threads: Threads) -> None:
        super().__init__()
        self._threads = threads
        before, settings.MIDDLEWARE = settings.MIDDLEWARE, list(middleware)
        try:  # it takes its list from there alone
            self.load_middleware(is_async=False)
        finally:
            settings.MIDDLEWARE = before

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        try:
            body = await _body(receive)
        except ClientGone:
            return
        response, start, content = await self._threads.run(self._answer, scope, body)
        await send(start)
        if content is not None:
            await send({"type": "http.response.body", "body": content})
            return
        try:
            await _stream(response, receive, send)
        finally:
            await self._threads.run(_close, response)

    def _answer(
        self, scope: Any, body: IO[bytes]
    ) -> tuple[HttpResponseBase, Message, bytes | None]:
        """The response, its first message, and its content unless that is streamed."""
        set_script_prefix(get_script_prefix(scope))
        try:
            response = self.get_response(ASGIRequest(scope, body))
        except UnicodeDecodeError:
            response = HttpResponseBadRequest()
        except RequestDataTooBig:
            response = HttpResponse("413 Payload too large", status=413)
        response._handler_class = self.__class__  # type: ignore[attr-defined] # as Django's do
        start: Message = {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": _headers(response),
        }
        if getattr(response, "is_async", False):
            return response, start, None
        # Small files of the static kind come in parts that are read here and now.
        content = b"".join(response)
        _close(response)
        return response, start, content


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    """As ASGI has them, cookies among them."""
    headers = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    for cookie in response.cookies.values():
        headers.append((b"Set-Cookie", cookie.output(header="").strip().encode("ascii")))
    return headers


def _close(response: Any) -> None:
    """What response.close() does, but for the signal."""
    for closer in response._resource_closers:
        with suppress(Exception):  # one that fails keeps no other from closing
            closer()
    response._resource_closers.clear()


async def _body(receive: Receive) -> IO[bytes]:
    """The whole body, in memory while it is small. Raises ClientGone."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    if not message.get("more_body"):
        return BytesIO(message.get("body", b""))
    most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    file = tempfile.SpooledTemporaryFile(most, "w+b")  # noqa: SIM115 - the request's to close
    try:
        file.write(message.get("body", b""))
        while message.get("more_body"):
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            file.write(message.get("body", b""))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


async def _stream(response: Any, receive: Receive, send: Send) -> None:
    """Parts until they end or the client goes, which ends the iterator too."""
    async with ThreadSensitiveContext():
        gone = asyncio.ensure_future(_gone(receive))
        work = asyncio.ensure_future(_parts(response, send))
        try:
            await asyncio.wait({gone, work}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            for task in (gone, work):
                task.cancel()
            await asyncio.gather(gone, work, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _parts(response: Any, send: Send) -> None:
    async for part in aiter(response):
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
