"""The playground's way to an engine: a logged-in browser's, through every middleware."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.accounts.actor import Actor, actor_of
from core.errors import Conflict, Invalid, PlatformError, TooMany, Unavailable
from deployments import selectors
from deployments.door.errors import DoorError
from deployments.door.targets import Target, served_of, targets_of
from deployments.door.usage import used_up


@require_POST
async def chat(request: HttpRequest, deployment_id: UUID) -> HttpResponseBase:
    """A chat completion by this deployment, streamed as the engine sends it."""
    try:
        actor, target, body = await sync_to_async(_asked)(request, deployment_id)
        from deployments.door.relay import Relay  # late: only web needs the client of engines

        relay = Relay(actor, body["model"], "/v1/chat/completions", body)
        answer = await relay.open([target])
    except PlatformError as error:
        return JsonResponse({"detail": error.message}, status=error.status)
    except DoorError as error:
        return JsonResponse({"detail": error.message}, status=error.status)
    response = StreamingHttpResponse(
        relay.parts(), status=answer.status, content_type=answer.content_type,
        headers=answer.passed_back,
    )  # fmt: skip
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def _asked(request: HttpRequest, deployment_id: UUID) -> tuple[Actor, Target, dict[str, Any]]:
    actor = actor_of(request)
    row = selectors.deployment_get(actor, deployment_id)
    if not row.is_ready:
        raise Conflict(_("The engine is not ready: it answers no health check now"))
    if used_up(actor):
        raise TooMany(
            _("Your %(limit)s tokens of today are used up")
            % {"limit": settings.INFERENCE_TOKENS_PER_DAY}
        )
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("The body is not JSON")) from error
    if not isinstance(body, dict):
        raise Invalid(_("The body must be an object"))
    body.setdefault("model", row.served_names[0])
    served = served_of([row])
    if served[0].url is None:
        raise Unavailable(_("The address of the host %(host)s is not known") % {"host": row.host})
    found = targets_of(served, str(body["model"]), actor.user)
    if not found:
        raise Invalid(_("It serves no model of that name"), field="model")
    return actor, found[0], {**body, "model": str(body["model"])}
