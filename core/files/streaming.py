"""Answers that are sent in parts: under ASGI a synchronous iterator would be read whole first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import BinaryIO

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

CHUNK = 256 * 1024


async def file_parts(file: BinaryIO, length: int) -> AsyncIterator[bytes]:
    """At most `length` bytes from where `file` stands; closes it, also when the reader leaves."""
    read = sync_to_async(file.read, thread_sensitive=False)
    try:
        while length > 0 and (data := await read(min(CHUNK, length))):
            length -= len(data)
            yield data
    finally:
        file.close()


def attachment(file: BinaryIO, *, size: int, name: str) -> StreamingHttpResponse:
    """A download, never shown by the browser as a page of ours."""
    response = StreamingHttpResponse(
        file_parts(file, size), content_type="application/octet-stream"
    )
    return as_download(response, size=size, name=name)


def as_download(response: StreamingHttpResponse, *, size: int, name: str) -> StreamingHttpResponse:
    """With the headers that make a browser save it under `name`."""
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
