"""The engine's command line: VLLM_CMD_TEMPLATE, split like a shell would and run without one."""

from __future__ import annotations

import shlex
from string import Formatter

FIELDS = ("model_path", "host", "port", "gpu", "extra_args")
NEEDED = {"model_path", "port"}


def check_template(template: str) -> list[str]:
    """The template's parts. Raises ValueError saying what is wrong with it."""
    parts = shlex.split(template)
    used: set[str] = set()
    for part in parts:
        names = _fields(part)
        used |= set(names)
        if "extra_args" in names and part != "{extra_args}":
            raise ValueError("{extra_args} must stand alone, between spaces")
    unknown = used - set(FIELDS)
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise ValueError(f"unknown field {{{sorted(unknown)[0]}}}; there are {known}")
    if missing := NEEDED - used:
        raise ValueError(f"{{{sorted(missing)[0]}}} is missing")
    return parts


def _fields(part: str) -> list[str]:
    found = []
    for _text, name, spec, conversion in Formatter().parse(part):
        if name is not None:
            if spec or conversion:
                raise ValueError(f"{{{name}}} must be plain, without a format")
            found.append(name)
    return found


def command_line(template: str, extra_args: list[str], **values: str) -> list[str]:
    """argv; a value never becomes more than one argument, whatever is in it."""
    argv: list[str] = []
    for part in check_template(template):
        if part == "{extra_args}":
            argv.extend(extra_args)
        else:
            argv.append(part.format(**values))
    return argv


def takes_extra_args(template: str) -> bool:
    return "{extra_args}" in check_template(template)
