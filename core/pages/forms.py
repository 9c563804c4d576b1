"""What the domains' forms and page views share."""

from __future__ import annotations

from typing import TypeVar

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core.errors import PlatformError

PAGE_SIZE = 50
M = TypeVar("M", bound=Model)


def add_error(form: forms.Form, error: PlatformError) -> None:
    """Show a service's refusal beside the field that it names, else above the form."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, error.message)


def page_of(request: HttpRequest, queryset: QuerySet[M]) -> Page[M]:
    return Paginator(queryset, PAGE_SIZE).get_page(request.GET.get("page"))
