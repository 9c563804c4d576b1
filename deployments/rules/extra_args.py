"""Reads extra_args: splits them as a shell would, and resolves options as vLLM's parser does.

An option is taken by its whole name only. vLLM also takes a beginning of one for it, so a rule
that went by names alone would be passed by whoever leaves a letter out.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.utils.translation import gettext as _

from core.errors import Invalid
from deployments.rules.option_values import JsonObject, unquoted_json
from deployments.rules.options import ALIASES, ALLOWED, RESERVED, SHORT, WHOLE, Option

MAX_CHARACTERS = 4096
CURLY = "“”„‟‘’‚‛＂＇"
DASHES = "–—−‐‑‒"
_CONTINUED = re.compile(r"\\[ \t]*\n")
_WHOLE = re.compile(r"-\d+", re.ASCII)
_NAME = re.compile(r"--?[A-Za-z][A-Za-z0-9-]*", re.ASCII)


@dataclass
class Given:
    """One option as it was given: `name` in vLLM's own writing, `key` what came after a dot."""

    name: str
    written: str
    key: str = ""
    negated: bool = False
    inline: bool = False
    values: list[str] = field(default_factory=list)

    @property
    def option(self) -> Option | None:
        """Its row in the table, where anybody may give it."""
        return ALLOWED.get(self.name)


def refuse(message: str) -> Invalid:
    return Invalid(message, field="extra_args")


def split_extra_args(text: str) -> list[str]:
    """`text` split like a shell would, without one. Raises Invalid naming `extra_args`."""
    plain = text.replace("\r\n", "\n")
    if len(text) > MAX_CHARACTERS or any(ord(sign) < 32 and sign not in "\t\n" for sign in plain):
        raise refuse(
            _("extra_args must be at most %(limit)s characters without control characters")
            % {"limit": MAX_CHARACTERS}
        )
    # A line that ends in a backslash goes on in the next one, as in a pasted command.
    plain = _CONTINUED.sub(lambda end: "" if end[0] == "\\\n" else " ", plain.rstrip() + "\n")
    try:
        parts = shlex.split(plain)
    except ValueError as error:
        raise refuse(_("extra_args cannot be split: %(why)s") % {"why": error}) from error
    for part in parts:
        _check_signs(part)
    return parts


def _check_signs(part: str) -> None:
    """Raise Invalid for signs that word processors and web pages make of quotes and hyphens."""
    if part and (part[0] in CURLY or part[-1] in CURLY):
        raise refuse(
            _("%(part)s has curly quotation marks: write ' or \" instead") % {"part": part[:64]}
        )
    if part and part[0] in DASHES:
        raise refuse(_("%(part)s begins with a dash: write - or -- instead") % {"part": part[:64]})


def parse(arguments: Sequence[str]) -> list[Given]:
    """The options with their values. Raises Invalid for what is none, or only begins like one."""
    found: list[Given] = []
    for argument in arguments:
        if argument.startswith("-") and not _WHOLE.fullmatch(argument):
            found.append(_option(argument))
        elif found and _takes(found[-1]):
            found[-1].values.append(argument)
        else:
            raise refuse(_stray(argument, found[-1] if found else None))
    for given in found:
        _check_form(given)
    return found


def _takes(given: Given) -> bool:
    """Whether one more value can be the option's; one that we do not know may take any number."""
    option = given.option
    if option is None:
        return True
    if given.negated or given.inline or option.kind is None:
        return False
    return option.many or not given.values


def _stray(argument: str, before: Given | None) -> str:
    if before is not None and before.values and before.values[-1][:1] in "{[":
        return f"{before.written}: {unquoted_json()}"
    return _("%(part)s belongs to no option: give options and their values only") % {
        "part": argument[:64]
    }


def canonical(written: str) -> str:
    """An option's own name: vLLM takes `_` for `-` in the long ones."""
    name = "--" + written[2:].replace("_", "-") if written.startswith("--") else written
    return SHORT.get(name, ALIASES.get(name, name))


def _option(argument: str) -> Given:
    if re.match(r"-O=?[0-9]", argument):
        return Given("--optimization-level", "-O", inline=True, values=[argument[2:].lstrip("=")])
    written, equals, value = argument.partition("=")
    base, _dot, key = written.partition(".")
    name = canonical(base)
    if not _NAME.fullmatch(name):
        raise refuse(_("%(part)s is no option") % {"part": argument[:64]})
    given = Given(name, written, key, inline=bool(equals), values=[value] if equals else [])
    opposite = "--" + name.removeprefix("--no-")
    if name.startswith("--no-") and opposite in ALLOWED and ALLOWED[opposite].negatable:
        given.name, given.negated = opposite, True
    _check_name(given)
    return given


def _check_name(given: Given) -> None:
    """Raise Invalid for the platform's own, and for what only begins like a known option."""
    if given.name in RESERVED:
        raise refuse(
            _("%(flag)s is set by the platform and cannot be in extra_args") % {"flag": given.name}
        )
    if given.name in ALLOWED or given.name in WHOLE:
        return
    meant = [name for name in known_names() if name.startswith(given.name)]
    if meant:
        raise refuse(
            _("%(flag)s is no option: did you mean %(names)s?")
            % {"flag": given.written, "names": ", ".join(sorted(meant)[:3])}
        )


def known_names() -> Iterator[str]:
    yield from ALLOWED
    yield from ALIASES
    yield from RESERVED
    yield from SHORT
    yield from (f"--no-{name[2:]}" for name, option in ALLOWED.items() if option.negatable)


def likely(name: str) -> str:
    """The option that a mistyped name is likely to mean; empty where none is near."""
    return next(iter(get_close_matches(name, list(ALLOWED), n=1, cutoff=0.85)), "")


def _check_form(given: Given) -> None:
    """Raise Invalid for too few values, or JSON that has lost its quotes, whoever asks."""
    option = given.option
    if option is not None and not given.key:
        if option.kind is None and given.values:
            raise refuse(_("%(flag)s takes no value") % {"flag": given.written})
        if option.kind is not None and not given.values and not given.negated:
            raise refuse(_("%(flag)s needs a value") % {"flag": given.written})
    may_be_json = option is None or isinstance(option.kind, JsonObject)
    if may_be_json and any(_json_lost(value) for value in given.values):
        raise refuse(f"{given.written}: {unquoted_json()}")


def _json_lost(value: str) -> bool:
    """Whether it begins like JSON and is none; Jinja begins with {% or {{."""
    if not value.startswith(("{", "[")) or value.startswith(("{%", "{{", "{#")):
        return False
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return True
    return False


def last_value(options: Iterable[Given], name: str) -> str | None:
    """The value that vLLM goes by where an option is given several times."""
    found = None
    for given in options:
        if given.name == name and given.values:
            found = given.values[-1]
    return found


def all_values(options: Iterable[Given], name: str) -> list[str]:
    """The values of an option that takes several, given last."""
    found: list[str] = []
    for given in options:
        if given.name == name:
            found = given.values
    return found


def is_on(options: Iterable[Given], name: str) -> bool:
    """Whether a switch is on: the last of `--x` and `--no-x` says."""
    on = False
    for given in options:
        if given.name == name:
            on = not given.negated
    return on
