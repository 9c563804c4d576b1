"""Forms of the de-identification pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

EXAMPLE = """entities:
  PERSON: {operator: surrogate}
  PHONE_NUMBER: {operator: mask, first: 3, last: 4}
  ID_CARD: {operator: mask, first: 6}
  SECRET: {operator: replace, label: "<密钥>"}
default: {operator: replace}
allow: []
deny: []
"""


class PolicyForm(forms.Form):
    """A policy's content as YAML, which export and import read too."""

    content = forms.CharField(
        label=_("Content (YAML)"),
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 22, "class": "mono", "spellcheck": "false"}),
    )
    note = forms.CharField(label=_("What is changed, and why"), max_length=200, required=False)


class PolicyNewForm(PolicyForm):
    policy_id = forms.SlugField(
        label=_("Policy id"),
        max_length=64,
        help_text=_("By this name callers of the API ask for it: letters, digits, hyphens"),
    )
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    field_order = ["policy_id", "title", "content", "note"]


class VaultForm(forms.Form):
    text = forms.CharField(
        label=_("Original or replacement"), max_length=2000,
        help_text=_("Exactly as it is written"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("It is written to the audit trail")
    )
