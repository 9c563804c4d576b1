"""Forms of the account pages and of the admin's tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from core.accounts.models import ApiToken, Scope
from core.accounts.ownership import Visibility

LIFETIMES = [
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("One year")),
    ("", _("Until it is revoked")),
]


class LifetimeField(forms.TypedChoiceField):
    """Days to live, or None for ever."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Expires after"), choices=LIFETIMES, required=False, coerce=int,
            empty_value=None, initial="90", **kwargs,
        )  # fmt: skip


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("What it is for"))
    scopes = forms.MultipleChoiceField(
        label=_("May be used for"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = LifetimeField()


class AdminTokenForm(forms.ModelForm[ApiToken]):
    user = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("User"))
    scopes = forms.MultipleChoiceField(
        label=_("May be used for"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = LifetimeField()

    class Meta:
        model = ApiToken
        fields = ["user", "name", "scopes"]


class SharingForm(forms.Form):
    """Who sees an object; the teams are the actor's."""

    visibility = forms.ChoiceField(label=_("Visible to"), choices=Visibility.choices)
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, *args: Any, teams: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(team.name, team.name) for team in teams]
        self.fields["team"].choices = [("", "–"), *names]  # type: ignore[attr-defined]


class AuditFilter(forms.Form):
    user = forms.CharField(label=_("User"), required=False, max_length=150)
    action = forms.CharField(label=_("Action"), required=False, max_length=64)
    text = forms.CharField(label=_("Object or address"), required=False, max_length=255)
    refused = forms.NullBooleanField(
        label=_("Refused"),
        required=False,
        widget=forms.Select(
            choices=[("", _("All")), ("true", _("Refused")), ("false", _("Allowed"))]
        ),
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
