"""HTML pages of accounts: log-in, the account with its tokens, the audit trail."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from core.accounts import audit, tokens, trail
from core.accounts.actor import actor_of
from core.accounts.limits import limited
from core.accounts.models import AuditEntry
from core.accounts.pages.forms import AuditFilter, TokenForm
from core.accounts.pages.tokens import token_made
from core.accounts.roles import ROLE_GROUPS
from core.errors import Forbidden, PlatformError
from core.pages.forms import add_error
from core.pages.keyset import filters_of, page_of

CSV_LIMIT = 100_000
COLUMNS = (
    "at", "username", "via", "address", "action", "refused", "object_type", "object_id",
    "object_name", "changes",
)  # fmt: skip


@method_decorator(login_not_required, name="dispatch")
@method_decorator(limited("login"), name="post")
class LoginView(auth_views.LoginView):
    """User name and password; beside it single sign-on where it is set up."""

    template_name = "accounts/login.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not getattr(request, "acts_locally", False):
            return redirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "oidc": settings.OIDC,
            "oidc_failed": self.request.GET.get("failed") == "oidc",
        }


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords for this name from this address."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    response = render(request, "accounts/locked.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response


class PasswordChangeView(auth_views.PasswordChangeView):
    template_name = "accounts/password.html"
    success_url = reverse_lazy("account")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if actor_of(request).via == "local":
            raise Forbidden(_("The local operator has no password"))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            audit.record(actor_of(self.request), "password.change", form.user)
        messages.success(self.request, _("The password was changed"))
        return response


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    return _account(request, TokenForm())


def _account(request: HttpRequest, form: TokenForm, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "form": form,
        "tokens": tokens.token_list(actor),
        "role": actor.role.group,
        "teams": actor.user.groups.exclude(name__in=ROLE_GROUPS),
        "has_password": actor.user.has_usable_password(),
    }
    return render(request, "accounts/account.html", context, status=status)


@sensitive_post_parameters()
@require_POST
@limited("token")
def token_create(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            made, text = tokens.token_create(actor=actor_of(request), **form.cleaned_data)
            return token_made(request, made, text)
        except PlatformError as error:
            add_error(form, error)
    return _account(request, form, status=400)


@require_POST
def token_revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    tokens.token_revoke(actor=actor_of(request), token_id=token_id)
    messages.success(request, _("The token was revoked"))
    return redirect("account")


def _entries(request: HttpRequest) -> tuple[AuditFilter, trail.Sought]:
    actor_of(request).require("accounts.view_auditentry")
    form = AuditFilter(request.GET)
    values = dict(form.cleaned_data) if form.is_valid() else {}
    for name, days in (("since", 0), ("until", 1)):
        if day := values.get(name):
            values[name] = _midnight(day, days)
    return form, trail.entry_list(**values)


def _midnight(day: date, days_later: int) -> datetime | None:
    """None at either end of the calendar, which bounds nothing."""
    try:
        moment = datetime.combine(day, datetime.min.time()) + timedelta(days=days_later)
        return timezone.make_aware(moment).astimezone(UTC)
    except OverflowError:
        return None


@require_safe
def audit_trail(request: HttpRequest) -> HttpResponse:
    form, sought = _entries(request)
    page = page_of(request, sought.rows, fits=sought.fits)
    context = {"form": form, "page": page, "query": filters_of(request).urlencode()}
    return render(request, "accounts/audit.html", context)


class _Echo:
    """A file for csv.writer that hands each line on."""

    def write(self, value: str) -> str:
        return value


def _next(some: Iterator[list[AuditEntry]]) -> list[AuditEntry] | None:
    return next(some, None)


async def _csv_lines(sought: trail.Sought) -> AsyncIterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # lets spreadsheets read UTF-8
    yield writer.writerow(COLUMNS)
    some = trail.entries_all(sought, CSV_LIMIT)
    while (entries := await sync_to_async(_next)(some)) is not None:
        for entry in entries:
            yield writer.writerow([audit.csv_cell(_cell(entry, name)) for name in COLUMNS])


def _cell(entry: AuditEntry, name: str) -> object:
    value = getattr(entry, name)
    if name == "changes":
        return json.dumps(value, ensure_ascii=False) if value else ""
    return value.isoformat() if name == "at" else value


@require_safe
def audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    _form, sought = _entries(request)
    audit.record(actor_of(request), "audit.export", changes={"filter": [None, dict(request.GET)]})
    response = StreamingHttpResponse(_csv_lines(sought), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response
