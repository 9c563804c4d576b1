"""Pages to try a policy on a text, and to look into the vault."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.actor import actor_of
from core.accounts.limits import limited
from core.errors import Forbidden, PlatformError, Unavailable
from core.pages.forms import add_error
from deid import selectors, services
from deid.engine.formats.texts import FORMATS
from deid.engine.recognition import types as t
from deid.labels import TYPES
from deid.pages.forms import VaultForm
from deid.recognizers import besides, problems, recognizers_list, types_shown
from deid.vault import Found, vault_find

SAMPLE = (
    "客服您好，我叫欧阳娜娜，手机号13800138000，身份证号11010519491231002X，"
    "收货地址是浙江省杭州市西湖区文三路90号5幢301室，请尽快发货，真高兴能买到！"
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("deid")
def trial(request: HttpRequest) -> HttpResponse:
    """A text in, what is found and what comes out beside each other."""
    actor = actor_of(request)
    chosen = request.POST.get("policy_id") or request.GET.get("policy_id") or "default"
    text = request.POST.get("text", "")
    context: dict[str, Any] = {
        "policies": selectors.policy_list(actor),
        "chosen": chosen,
        "text": text or (SAMPLE if request.method != "POST" else ""),
        "formats": FORMATS,
        "format": request.POST.get("format", "text"),
        "types": types_shown(),
    }
    status = 200
    if request.method == "POST":
        try:
            version = selectors.version_for(actor, chosen)
            outcome = services.texts_deidentify(
                actor=actor, version=version, texts=[text], format=_format(context["format"])
            )
            policy = version.policy
            may_correct = not policy.built_in and actor.may("deid.change_deidpolicy", policy)
            context |= {"version": version, "outcome": outcome, "may_correct": may_correct}
        except Forbidden:
            raise
        except PlatformError as error:
            context["problem"] = error.message
            status = error.status
    return render(request, "deid/trial.html", context, status=status)


def _format(value: object) -> str:
    return str(value) if value in FORMATS else "text"


@require_safe
def recognizer_list(request: HttpRequest) -> HttpResponse:
    """What is looked for: by the platform, and by the operator's own file with its tests."""
    context: dict[str, Any] = {"types": TYPES, "named": t.ASKED}
    try:
        context |= {"recognizers": recognizers_list(), "model": besides().model}
    except Unavailable as error:
        context["problem"] = error.message
        if actor_of(request).sees_all:  # what is wrong quotes the file
            context["problems"] = problems(settings.DEID_RECOGNIZERS)
    return render(request, "deid/recognizers.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("deid")
def vault(request: HttpRequest) -> HttpResponse:
    """From a replacement to its original, for those who may; each look is written down."""
    actor = actor_of(request)
    actor.require("deid.open_vault")
    form = VaultForm(request.POST or None)
    found: list[Found] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            found = vault_find(actor=actor, **form.cleaned_data)
        except Forbidden:
            raise
        except PlatformError as error:
            add_error(form, error)
    status = 400 if form.errors else 200
    context = {"form": form, "found": found, "title": _("Vault")}
    return render(request, "deid/vault.html", context, status=status)
