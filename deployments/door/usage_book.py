"""Has used tokens written down: those of requests that end together in a few statements."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass

from core.accounts.actor import Actor
from core.asgi.asgi_threads import Threads
from deployments.door.usage import usage_record

# A thread of its own: no other work waits for it, nor does it wait for any.
_writer = Threads("usage", workers=1, waiting=None)


@dataclass(frozen=True)
class Used:
    """What one request has used."""

    actor: Actor
    model: str
    tokens: tuple[int, int]
    failed: bool

    @property
    def row(self) -> tuple[object, ...]:
        """The same for requests whose figures are added to the same row."""
        token = self.actor.token
        return self.actor.user.pk, token.pk if token else None, self.model


Line = tuple[Used, "asyncio.Future[None]"]


class UsageBook:
    """The lines of one event loop; those that come while others are written go together."""

    def __init__(self) -> None:
        self._waiting: list[Line] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, used: Used) -> None:
        """Returns when it is in the database. It gets there though the caller has gone."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((used, written))
        if self._writing is None:
            self._writing = asyncio.ensure_future(self._write())
        await asyncio.shield(written)

    async def _write(self) -> None:
        try:
            while self._waiting:
                lines, self._waiting = self._waiting, []
                by_row: dict[object, list[Line]] = defaultdict(list)
                for line in lines:
                    by_row[line[0].row].append(line)
                for same in by_row.values():
                    await _write_row(same)
        finally:
            self._writing = None


async def _write_row(lines: list[Line]) -> None:
    error: Exception | None = None
    try:
        await _writer.run(_record, [used for used, _written in lines])
    except Exception as refused:  # noqa: BLE001 # theirs alone: the rows of others are written
        error = refused
    for _used, written in lines:
        if written.done():
            continue
        if error is None:
            written.set_result(None)
        else:
            written.set_exception(error)
            written.exception()  # seen, though its caller may have gone


def _record(same: list[Used]) -> None:
    tokens = (sum(one.tokens[0] for one in same), sum(one.tokens[1] for one in same))
    failed = sum(one.failed for one in same)
    first = same[0]
    usage_record(first.actor, first.model, tokens, requests=len(same), failed=failed)


_books: dict[int, UsageBook] = {}


async def write_down(used: Used) -> None:
    """In the book of this event loop."""
    await _books.setdefault(id(asyncio.get_running_loop()), UsageBook()).write(used)
