"""A folder as one tar archive, made while it is sent: nothing is written, nothing held whole."""

from __future__ import annotations

import tarfile
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from django.http import StreamingHttpResponse

from core.files.plain_files import open_plain
from core.files.streaming import as_download, file_parts

BLOCK = tarfile.BLOCKSIZE
END = bytes(2 * BLOCK)


def tar_response(files: list[tuple[str, Path]], *, name: str) -> StreamingHttpResponse:
    """`files`: name in the archive, and where it lies (POSIX pax format)."""
    members = []
    for inside, path in files:
        with suppress(FileNotFoundError):  # removed since it was listed
            members.append((header(inside, path), path))
    response = StreamingHttpResponse(_parts(members), content_type="application/x-tar")
    total = sum(len(head) + _padded(size) for (head, size), _path in members) + len(END)
    return as_download(response, size=total, name=name)


def header(name: str, path: Path) -> tuple[bytes, int]:
    """The member's header, and the bytes of content that it announces."""
    facts = path.lstat()
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = facts.st_size, int(facts.st_mtime), 0o644
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape"), facts.st_size


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


async def _parts(members: list[tuple[tuple[bytes, int], Path]]) -> AsyncIterator[bytes]:
    for (head, size), path in members:
        yield head
        sent = 0
        async for part in file_parts(open_plain(path), size):
            sent += len(part)
            yield part
        if sent < size:  # it shrank meanwhile: a wrong archive must not look like a whole one
            raise OSError(f"{path.name} became shorter while it was read")
        yield bytes(_padded(size) - size)
    yield END
