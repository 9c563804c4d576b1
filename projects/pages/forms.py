"""Forms of the project pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.accounts.actor import Actor
from projects import selectors


class ProjectForm(forms.Form):
    """Names may be typed or picked from what is known (a datalist, so typing stays free)."""

    name = forms.CharField(label=_("Name"), max_length=255)
    dataset_name = forms.CharField(
        label=_("Dataset"),
        max_length=1024,
        widget=forms.TextInput(attrs={"list": "known-datasets"}),
        help_text=_("An uploaded file's name, or a path in the training directory"),
    )
    training_yaml_name = forms.CharField(
        label=_("Training configuration"),
        max_length=1024,
        widget=forms.TextInput(attrs={"list": "known-configs"}),
        help_text=_("An uploaded configuration's name, or a path in the training directory"),
    )
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = selectors.input_names(actor)
