"""What a launch may ask, and who may ask it: each refusal names its field."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.roles import Role
from core.errors import Forbidden, Invalid
from deployments.rules.extra_args import Given, canonical, likely, parse, refuse
from deployments.rules.model_paths import absolute, check_place
from deployments.rules.option_values import ReadFile
from deployments.rules.options import ALLOWED, LOADING

MAX_TAGS = 50
_HEALTH_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*", re.ASCII)


def check_extra_args(actor: Actor, arguments: Sequence[str]) -> None:
    """Raise Forbidden for an option that is an operator's, Invalid for a value that cannot be.

    Operators may give any that the platform does not keep for itself.
    """
    options = parse(arguments)
    if actor.role >= Role.OPERATOR:
        return
    added = {canonical(name) for name in settings.ENGINE_FLAGS} - LOADING
    for given in options:
        if given.option is not None or given.name not in added:
            _check_option(actor, given)


def _check_option(actor: Actor, given: Given) -> None:
    option = given.option
    if option is None:
        raise Forbidden(_not_listed(given))
    if given.key:
        raise refuse(
            _("%(flag)s.%(key)s: give the option's JSON as a whole, as %(flag)s '{…}'")
            % {"flag": given.name, "key": given.key[:64]}
        )
    for value in given.values:
        if option.kind is not None and (wrong := option.kind.wrong(value)):
            raise refuse(_("%(flag)s must be %(what)s") % {"flag": given.name, "what": wrong})
        if isinstance(option.kind, ReadFile):
            check_place(actor, value, field="extra_args", more=[settings.CHAT_TEMPLATE_DIR])


def _not_listed(given: Given) -> str:
    if near := likely(given.name):
        return _(
            "%(flag)s is not among the options that anybody may give: did you mean %(names)s? "
            "Else an operator must launch it"
        ) % {"flag": given.written, "names": near}
    return _(
        "%(flag)s is not among the options that anybody may give: an operator must launch it"
    ) % {"flag": given.written}


def with_places(arguments: Sequence[str]) -> list[str]:
    """The options with every file that the table knows named in full: engines run elsewhere."""
    found: list[str] = []
    before = ""
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if equals and _names_file(name):
            found.append(f"{name}={_in_full(value)}")
        else:
            found.append(_in_full(argument) if _names_file(before) else argument)
        before = argument
    return found


def _names_file(written: str) -> bool:
    option = ALLOWED.get(canonical(written))
    return option is not None and isinstance(option.kind, ReadFile)


def _in_full(value: str) -> str:
    """A template may also be given as its text, which stays as it is."""
    path = absolute(value)
    return str(path) if os.path.isfile(path) else value  # noqa: PTH113 - for any text


def files_of(arguments: Sequence[str]) -> list[Path]:
    """The files that the options name, in so far as the table knows."""
    return [
        absolute(value)
        for given in parse(arguments)
        if given.option is not None and isinstance(given.option.kind, ReadFile)
        for value in given.values
        if os.path.isfile(absolute(value))  # noqa: PTH113
    ]


def check_health_path(path: str) -> None:
    """Raise Invalid unless it is a path on the engine: no scheme, host, query or `..`."""
    parts = urlsplit(path)
    if (
        not _HEALTH_PATH.fullmatch(path)
        or path.startswith("//")
        or parts.scheme
        or parts.netloc
        or any(part in ("..", ".") for part in path.replace("%2e", ".").split("/"))
        or "%2e" in path.lower()
    ):
        raise Invalid(
            _("health_path must be a path such as /health: no scheme, host, query or '..'"),
            field="health_path",
        )


def check_tags(tags: list[str]) -> None:
    if len(tags) > MAX_TAGS or any(not tag.strip() or len(tag) > 100 for tag in tags):
        raise Invalid(
            _("At most %(most)s tags of 1 to 100 characters") % {"most": MAX_TAGS}, field="tags"
        )
