"""Log-ins and log-outs, into the audit trail."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from core.accounts import audit
from core.accounts.actor import Actor, client_address


def connect() -> None:
    user_logged_in.connect(_logged_in)
    user_logged_out.connect(_logged_out)
    user_login_failed.connect(_login_failed)
    user_locked_out.connect(_locked_out)


def _address(request: HttpRequest | None) -> str:
    return client_address(request) if request is not None else ""


def _logged_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    audit.record(Actor(user, "session", _address(request)), "login")


def _logged_out(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None and user.is_authenticated:
        audit.record(Actor(user, "session", _address(request)), "logout")


def _login_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    name = str(credentials.get("username") or "")
    audit.login_failed(audit.clean(name), _address(request))


def _locked_out(sender: Any, request: HttpRequest, username: str, **kwargs: Any) -> None:
    address = _address(request)
    audit.refused_stranger("login.locked", address, username=audit.clean(str(username)))
