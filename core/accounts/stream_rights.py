"""Whether those who watch something may still see it: asked once for all streams of one actor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable

from django.db import connections

from core.accounts.actor import Actor
from core.accounts.roles import Role, role_of
from core.asgi.asgi_threads import Threads
from core.errors import PlatformError

RIGHTS_SHARED = 1.0


class Rights:
    """To one thing. `allowed` raises PlatformError, or returns what it found."""

    def __init__(self, allowed: Callable[[Actor], object], threads: Threads) -> None:
        self._allowed, self._threads = allowed, threads
        self._found: dict[Hashable, tuple[float, asyncio.Future[bool]]] = {}

    async def hold(self, actor: Actor) -> bool:
        """Whether the actor may still see it: shut out, expired or made private ends a stream.

        What was found for another viewer who is the same actor counts for RIGHTS_SHARED.
        """
        who = (actor.user.pk, actor.token.pk if actor.token else None, actor.session, actor.via)
        moment, found = self._found.get(who, (float("-inf"), None))
        if found is None or time.monotonic() - moment >= RIGHTS_SHARED:
            self._forget()
            found = asyncio.ensure_future(self._threads.run(_still_allowed, actor, self._allowed))
            self._found[who] = (time.monotonic(), found)
        return await asyncio.shield(found)

    def _forget(self) -> None:
        now = time.monotonic()
        for who in [who for who, (at, _) in self._found.items() if now - at >= RIGHTS_SHARED]:
            del self._found[who]


def _still_allowed(actor: Actor, allowed: Callable[[Actor], object]) -> bool:
    try:
        renewed = actor.renewed()
        if renewed is None or role_of(renewed.user) == Role.NONE:
            return False
        return bool(allowed(renewed))
    except PlatformError:
        return False
    finally:
        connections.close_all()  # these threads must not hold a connection open for ever
