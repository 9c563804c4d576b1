"""Pages of policies: list, versions, edit, words, import and export."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.accounts.actor import actor_of
from core.accounts.pages.sharing import sharing_context, sharing_post
from core.errors import Conflict, Forbidden, PlatformError
from core.pages.forms import add_error
from core.safe_yaml import load_mapping
from deid import selectors, services
from deid.labels import OPERATORS
from deid.models import DeidPolicy
from deid.pages.forms import EXAMPLE, PolicyForm, PolicyNewForm
from deid.recognizers import types_shown


def find_policy(request: HttpRequest, policy_id: UUID) -> DeidPolicy:
    """A policy that the reader sees. Raises NotFound."""
    return selectors.policy_by_id(actor_of(request), policy_id)


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "policies": selectors.policy_list(actor), "may_new": actor.may("deid.add_deidpolicy"),
        "may_open": actor.may("deid.open_vault"),
    }  # fmt: skip
    return render(request, "deid/policies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def policy_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    actor.require("deid.add_deidpolicy")
    form = PolicyNewForm(request.POST or None, initial={"content": _starting_text(request)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            content = load_mapping(data["content"].encode(), field="content")
            policy = services.policy_create(
                actor=actor, slug=data["policy_id"], content=content, title=data["title"],
                note=data["note"],
            )  # fmt: skip
            return redirect("deid:policy", policy.pk)
        except Forbidden:
            raise
        except PlatformError as error:
            add_error(form, error)
    context = {"form": form, "types": types_shown(), "operators": OPERATORS}
    return render(request, "deid/policy_new.html", context, status=400 if form.errors else 200)


def _starting_text(request: HttpRequest) -> str:
    """That of the policy to copy, or an example."""
    slug = request.GET.get("copy")
    if not slug:
        return EXAMPLE
    policy = selectors.policy_get(actor_of(request), slug)
    return selectors.policy_yaml(policy.latest)


@require_http_methods(["GET", "HEAD", "POST"])
def policy_detail(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """What it says, its versions, and the form for the next one."""
    policy = find_policy(request, policy_id)
    actor = actor_of(request)
    shown = selectors.version_of(policy, request.GET.get("version"))
    form = PolicyForm(request.POST or None, initial={"content": selectors.policy_yaml(shown)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            content = load_mapping(data["content"].encode(), field="content")
            version = services.policy_edit(
                actor=actor, policy=policy, content=content, note=data["note"]
            )
            messages.success(request, _("Version %(name)s") % {"name": version.name})
            return redirect("deid:policy", policy.pk)
        except Forbidden:
            raise
        except PlatformError as error:
            add_error(form, error)
    context = {
        "policy": policy, "shown": shown, "form": form, "types": types_shown(),
        "operators": OPERATORS,
        "content": selectors.policy_yaml(shown),
        "may_approve": not policy.built_in and actor.may("deid.approve_policy", policy),
        **sharing_context(actor, policy),
    }  # fmt: skip
    return render(request, "deid/policy.html", context, status=400 if form.errors else 200)


@require_safe
def policy_export(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    policy = find_policy(request, policy_id)
    shown = selectors.version_of(policy, request.GET.get("version"))
    name = f"{policy.slug}-{shown.name}.yaml"
    return HttpResponse(
        selectors.policy_yaml(shown),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_POST
def policy_words(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """A correction from the trial page: no personal data (allow), or some that was missed."""
    policy = find_policy(request, policy_id)
    allow = [word for word in request.POST.getlist("allow") if word.strip()]
    missed = request.POST.get("deny", "").strip()
    deny = [{"text": missed, "type": request.POST.get("type", "CUSTOM")}] if missed else []
    try:
        version = services.words_add(actor=actor_of(request), policy=policy, allow=allow, deny=deny)
        messages.success(request, _("Version %(name)s") % {"name": version.name})
    except Forbidden:
        raise
    except PlatformError as error:
        messages.error(request, error.message)
    return redirect("deid:policy", policy.pk)


@require_POST
def policy_approval(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Approve a version for the gate before training, or withdraw that."""
    version = selectors.version_of(find_policy(request, policy_id), request.POST.get("version"))
    approved = request.POST.get("approved") == "1"
    try:
        services.approval_set(actor=actor_of(request), version=version, approved=approved)
    except Conflict as error:
        messages.error(request, error.message)
    else:
        done = _("Version %(name)s is approved") if approved else _("Approval withdrawn: %(name)s")
        messages.success(request, done % {"name": version.name})
    return redirect("deid:policy", policy_id)


@require_http_methods(["GET", "HEAD", "POST"])
def policy_delete(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    policy = find_policy(request, policy_id)
    actor_of(request).require("deid.delete_deidpolicy", policy)
    if request.method == "POST":
        try:
            services.policy_delete(actor=actor_of(request), policy=policy)
        except Forbidden:
            raise
        except PlatformError as error:
            messages.error(request, error.message)
            return redirect("deid:policy", policy.pk)
        messages.success(request, _("Deleted: %(name)s") % {"name": policy.slug})
        return redirect("deid:policies")
    return render(request, "confirm_delete.html", {"object": policy, "back": "deid:policy"})


@require_POST
def policy_sharing(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    return sharing_post(request, find_policy(request, policy_id), "deid:policy")
