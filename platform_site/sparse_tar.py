"""Files with holes in a tar archive, where the holes take no room (GNU's sparse format 1.0).

Python's tarfile and GNU tar read it and make the holes again; here it is written and hashed.
"""

from __future__ import annotations

import hashlib
import tarfile
from itertools import chain
from pathlib import Path
from typing import IO, Any, cast

from core.files.spans import Span, data_spans, open_spans

WORTH = 1024 * 1024  # bytes of holes below which a file is stored as it reads
LARGEST = 8 * 1024**3  # beyond it tarfile does not find its way past such a file
CHUNK = 1024 * 1024


def holes_of(file: IO[bytes], size: int) -> list[Span] | None:
    """The spans to store of a file with holes; None for one to be stored as it reads."""
    spans = data_spans(file.fileno(), size)
    stored = sum(end - start for start, end in spans)
    aligned = all(end % tarfile.BLOCKSIZE == 0 for _start, end in spans[:-1])
    return spans if aligned and size - stored >= WORTH and stored < LARGEST else None


def add_sparse(
    archive: tarfile.TarFile, info: tarfile.TarInfo, path: Path, spans: list[Span]
) -> str:
    """Store only `spans` of a file; `info` has its whole size. Returns its digest, as below."""
    parts = [(start, end - start) for start, end in spans]
    table = "".join(f"{number}\n" for number in [len(parts), *chain(*parts)]).encode()
    table += bytes(-len(table) % tarfile.BLOCKSIZE)
    digest = _begun(info.size, parts)
    info.pax_headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": info.name,
        "GNU.sparse.realsize": str(info.size),
    }
    content, length = open_spans(path, spans)
    info.size = len(table) + length
    with content:
        archive.addfile(info, _Member(table, content, digest))
    return digest.hexdigest()


class _Member:
    """A table and what it tells of, which is hashed."""

    def __init__(self, table: bytes, content: IO[bytes], digest: hashlib._Hash) -> None:
        self.table, self.content, self.digest = table, content, digest

    def read(self, size: int = CHUNK) -> bytes:
        head, self.table = self.table[:size], self.table[size:]
        data = self.content.read(size - len(head))
        self.digest.update(data)
        return head + data


def sparse_digest(archive: IO[bytes], member: tarfile.TarInfo) -> str:
    """SHA-256 of where the stored parts of such a member belong, and of them."""
    parts: list[tuple[int, int]] = cast(Any, member.sparse)
    digest = _begun(member.size, parts)
    archive.seek(member.offset_data)
    left = sum(length for _offset, length in parts)
    while left > 0 and (data := archive.read(min(left, CHUNK))):
        digest.update(data)
        left -= len(data)
    return digest.hexdigest()


def _begun(size: int, parts: list[tuple[int, int]]) -> hashlib._Hash:
    return hashlib.sha256(f"{size} {parts}".encode())
