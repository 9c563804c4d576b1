"""What the domains' forms and page views share."""

from __future__ import annotations

from django import forms

from core.errors import PlatformError


def add_error(form: forms.Form, error: PlatformError) -> None:
    """Show a service's refusal beside the field that it names, else above the form."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, error.message)
