"""Who comes through the door, and what they find: asked in one go, in one thread."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.asgi_actor import Admission, admission_key, admit, admitted
from core.accounts.models import Scope
from core.asgi.asgi_threads import Threads
from deployments.door.errors import DoorError
from deployments.door.targets import Served, served
from deployments.door.usage import used_up

REACHING = (Scope.INFERENCE, Scope.DEPLOY)
# Chats wait for these alone: not for texts that are de-identified, nor for usage to be written.
threads = Threads("door", workers=4, waiting=500)
_asking: dict[bytes, asyncio.Future[Visit]] = {}


@dataclass(frozen=True)
class Visit:
    """Somebody who may come in, and the engines that they see."""

    actor: Actor
    language: str
    served: list[Served]


def recent(scope: dict[str, Any]) -> Visit | None:
    """The visit of the same caller a moment ago: a busy client is not looked up each time.

    So a deployment that ends is still taken for ADMITTED_SECONDS, as its caller is.
    """
    admission = admitted(scope, REACHING, any_key=True)
    visit: Visit | None = admission.note(Visit) if admission is not None else None
    return visit


async def enter(scope: dict[str, Any], *, afresh: bool = False) -> Visit:
    """The same, asked of the database. Raises PlatformError or DoorError.

    Of a burst of requests of one caller the first asks, and the others wait for what it finds.
    """
    key = admission_key(scope, REACHING, any_key=True)
    if not afresh and (first := _asking.get(key)) is not None:
        await asyncio.wait({first})
        if (visit := recent(scope)) is not None:
            return visit
    look_up = asyncio.ensure_future(threads.run(_enter, scope, afresh))
    if key not in _asking:
        _asking[key] = look_up
        look_up.add_done_callback(lambda _done: _asking.pop(key))
    # It goes on though this caller has gone: others may wait for it.
    found: Visit = await asyncio.shield(look_up)
    return found


def _enter(scope: dict[str, Any], afresh: bool) -> Visit:
    admission = admit(scope, REACHING, any_key=True, afresh=afresh)
    with translation.override(admission.language):
        return admission.once(Visit, lambda: _visit(admission, scope["method"]))


def _visit(admission: Admission, method: str) -> Visit:
    actor = admission.actor
    if method == "POST" and used_up(actor):
        raise DoorError(
            429, _("Your %(limit)s tokens of today are used up")
            % {"limit": settings.INFERENCE_TOKENS_PER_DAY}, code="tokens_per_day",
        )  # fmt: skip
    return Visit(actor, admission.language, served(actor))
