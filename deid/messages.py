"""Says in the reader's language what is wrong with a policy."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from deid.engine.policy import PolicyError


def invalid(error: PolicyError) -> Invalid:
    """The error as the API and the pages show it: the field, and what is allowed."""
    return Invalid(f"{error.field}: {_text(error)}", field=error.field)


def _text(error: PolicyError) -> str:
    params = {
        name: ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
        for name, value in error.params.items()
    }
    return str(_TEXTS[error.code] % params)


_TEXTS = {
    "mapping": _("must be a mapping"),
    "plain_data": _("must be text, numbers, lists and mappings of them only"),
    "unknown_field": _("is not known; there are: %(allowed)s"),
    "unknown_type": _("is no type of personal data; there are: %(allowed)s"),
    "unknown_operator": _("must be one of: %(allowed)s"),
    "not_one_of": _("must be one of: %(allowed)s"),
    "wrong_type": _("must be of the type %(expected)s"),
    "out_of_range": _("must be between %(low)s and %(high)s"),
    "length": _("must have from %(low)s to %(high)s characters"),
    "key_needed": _("must name a key, for these operators need one: %(operators)s"),
    "key_name": _("must be lower-case letters, digits and hyphens (41 at most)"),
    "list_of_words": _("must be a list of at most %(most)s words of 1 to 200 characters"),
    "list_of_patterns": _(
        "must be a list of at most %(most)s mappings with regex (RE2, 1 to 500 characters) and type"
    ),
    "list_of_names": _("must be a list of names of recognisers"),
    "unknown_recognizer": _("there is no recogniser %(name)s; there are: %(allowed)s"),
    "bad_regex": _("has a regular expression that RE2 does not read: %(regex)s"),
    "matches_nothing": _("has a regular expression that matches nothing at all: %(regex)s"),
}
