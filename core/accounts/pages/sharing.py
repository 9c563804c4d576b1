"""The sharing form that the pages of owned objects have in common."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.accounts.actor import Actor, actor_of
from core.accounts.ownership import sharing_set
from core.accounts.pages.forms import SharingForm
from core.accounts.roles import teams_of
from core.errors import Invalid


def sharing_context(actor: Actor, obj: Any) -> dict[str, Any]:
    """What `accounts/_sharing.html` shows; the form only for those who may use it."""
    label, model = obj._meta.app_label, obj._meta.model_name
    may = {
        action: actor.may(f"{label}.{action}_{model}", obj)
        for action in ("change", "delete", "share")
    }
    form = None
    if may["share"]:
        initial = {"visibility": obj.visibility, "team": obj.team.name if obj.team else ""}
        form = SharingForm(initial=initial, teams=teams_of(actor.user))
    return {"sharing_form": form, "may": may}


def sharing_post(request: HttpRequest, obj: Any, back: str) -> HttpResponse:
    """Take the form; a choice that does not fit is said on the page it came from."""
    actor = actor_of(request)
    try:
        sharing_set(
            actor=actor,
            obj=obj,
            visibility=request.POST.get("visibility", ""),
            team=request.POST.get("team") or None,
        )
        messages.success(request, _("Saved"))
    except Invalid as error:
        messages.error(request, error.message)
    return redirect(back, obj.pk)
