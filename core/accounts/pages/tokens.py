"""The answer that shows a new token: the only one that ever does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables

from core.accounts.models import ApiToken


@sensitive_variables("text")
def token_made(request: HttpRequest, token: ApiToken, text: str) -> HttpResponse:
    """Not a redirect with a message: the text must not enter a session, cookie or URL."""
    response = render(request, "accounts/token_made.html", {"token": token, "text": text})
    response["Cache-Control"] = "no-store"
    return response
