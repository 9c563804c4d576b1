"""Usage of requests that end together, and who comes in together: one statement, one look-up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connections

from core.accounts.actor import Actor
from core.asgi.asgi_threads import Threads
from deployments.door import access, usage_book
from deployments.door.usage_book import UsageBook, Used
from tests.support.asgi import scope_of

Written = list[tuple[int, str, tuple[int, int], int, int]]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    rows: Written = []

    def record(
        actor: Actor, model: str, tokens: tuple[int, int], *, requests: int, failed: int
    ) -> None:
        if model == "refused":
            raise IntegrityError
        rows.append((actor.user.pk, model, tokens, requests, failed))

    monkeypatch.setattr(usage_book, "usage_record", record)
    return rows


def used(user: int, model: str, failed: bool = False) -> Used:
    return Used(Actor(User(pk=user), "local"), model, (2, 3), failed)


def test_those_that_end_together_are_added_together(written: Written) -> None:
    async def run() -> None:
        book = UsageBook()
        lines = [used(1, "a", failed=number == 0) for number in range(50)] + [used(2, "a")]
        await asyncio.gather(*(book.write(line) for line in lines))

    asyncio.run(run())
    assert sorted(written) == [(1, "a", (100, 150), 50, 1), (2, "a", (2, 3), 1, 0)]


def test_a_line_is_written_though_its_caller_has_gone_and_others_fail(written: Written) -> None:
    async def run() -> None:
        book = UsageBook()
        refused = asyncio.ensure_future(book.write(used(1, "refused")))
        gone = asyncio.ensure_future(book.write(used(1, "gone")))
        kept = asyncio.ensure_future(book.write(used(1, "kept")))
        await asyncio.sleep(0)
        gone.cancel()
        await kept
        with pytest.raises(IntegrityError):
            await refused
        await book.write(used(1, "after"))

    asyncio.run(run())
    assert [model for _user, model, *_rest in written] == ["gone", "kept", "after"]


@pytest.mark.django_db(transaction=True)
def test_a_burst_of_one_caller_is_looked_up_once(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PLATFORM_AUTH = "open"
    looked, real = 0, access._enter
    monkeypatch.setattr(access, "threads", Threads("test", workers=1, waiting=500))

    def counted(*arguments: Any) -> Any:
        nonlocal looked
        looked += 1
        return real(*arguments)

    monkeypatch.setattr(access, "_enter", counted)
    scope = scope_of("/v1/chat/completions", method="POST")

    async def run() -> None:
        visits = await asyncio.gather(*(access.enter(scope) for _ in range(50)))
        assert len({id(visit) for visit in visits}) == 1
        assert looked == 1
        await access.enter(scope, afresh=True)
        assert looked == 2
        assert not access._asking
        await access.threads.run(connections.close_all)

    asyncio.run(run())
