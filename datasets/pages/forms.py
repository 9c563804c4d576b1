"""Forms of the dataset pages, and what is said after a deletion."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from datasets.signals import Kept


class DatasetForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=255)
    type = forms.CharField(
        label=_("Type"), max_length=255, required=False, help_text=_("For example jsonl")
    )
    task_type = forms.CharField(
        label=_("Task type"), max_length=255, required=False, help_text=_("For example sft")
    )
    source = forms.CharField(label=_("Source"), max_length=1024, required=False)
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"), allow_empty_file=True)


def tell_kept(request: HttpRequest, kept: list[Kept]) -> None:
    """Say of each copy of deleted data that stays who has it, and why."""
    for one in kept:
        messages.warning(request, _("%(holder)s keeps a copy: %(why)s") % one.as_json())
