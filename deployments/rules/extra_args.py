"""What may be launched, by whom: allow-lists for model paths and engine flags.

An engine runs whatever code its model folder and its flags bring along, so an operator can say
where models may come from (MODEL_ROOTS) and which flags may be given (ENGINE_FLAGS).
"""

from __future__ import annotations

import shlex
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.roles import Role
from core.errors import Forbidden, Invalid
from deployments.rules.rules_of_input import local_model

# Each makes vLLM import code that is not its own, read more flags from a file, or hand out files
# of the host (vLLM, engine arguments).
CODE_LOADING_FLAGS = frozenset(
    {
        "--trust-remote-code", "--middleware", "--tool-parser-plugin", "--reasoning-parser-plugin",
        "--worker-cls", "--worker-extension-cls", "--scheduler-cls", "--logits-processors",
        "--hf-overrides", "--config-format", "--config", "--allowed-local-media-path",
        # Beyond loopback nobody asks a caller who they are.
        "--host",
    }
)  # fmt: skip
MAX_CHARACTERS = 4096


def split_extra_args(text: str) -> list[str]:
    """`text` split like a shell would, without one. Raises Invalid naming `extra_args`."""
    if len(text) > MAX_CHARACTERS or any(ord(sign) < 32 and sign not in "\t\n" for sign in text):
        raise Invalid(
            _("extra_args must be at most %(limit)s characters without control characters")
            % {"limit": MAX_CHARACTERS},
            field="extra_args",
        )
    try:
        return shlex.split(text)
    except ValueError as error:
        raise Invalid(
            _("extra_args cannot be split: %(why)s") % {"why": error}, field="extra_args"
        ) from error


def check_extra_args(actor: Actor, arguments: list[str]) -> None:
    """Raise Forbidden for a flag that loads code, Invalid for one outside ENGINE_FLAGS."""
    flags = [argument.partition("=")[0] for argument in arguments if argument.startswith("-")]
    for flag in flags:
        name = _canonical(flag)
        if _loads_code(name) and actor.role < Role.OPERATOR:
            raise Forbidden(
                _("%(flag)s opens this host to the engine: an operator must launch it")
                % {"flag": flag}
            )
        allowed = {_canonical(known) for known in settings.ENGINE_FLAGS}
        if allowed and name not in allowed:
            raise Invalid(
                _("%(flag)s is not among the flags allowed here: %(allowed)s")
                % {"flag": flag, "allowed": ", ".join(sorted(allowed))},
                field="extra_args",
            )


def _canonical(flag: str) -> str:
    """vLLM takes `_` for `-` in flags, and JSON keys after a dot (`--hf-overrides.x`)."""
    return (
        "-" * (len(flag) - len(flag.lstrip("-")))
        + flag.lstrip("-").replace("_", "-").partition(".")[0]
    )


def _loads_code(flag: str) -> bool:
    """argparse takes any unambiguous beginning of a flag for it."""
    return flag.startswith("--") and any(
        known.startswith(flag) and len(flag) > len("--t") for known in CODE_LOADING_FLAGS
    )


def check_model_path(path: str) -> None:
    """Raise Invalid for a model outside MODEL_ROOTS (symbolic links followed), where it is set."""
    if not settings.MODEL_ROOTS:
        return
    roots = [Path(root).resolve() for root in settings.MODEL_ROOTS]
    folder = local_model(path)
    resolved = folder.resolve() if folder else None
    if resolved is None or not any(resolved.is_relative_to(root) for root in roots):
        raise Invalid(
            _("model_path must lie under one of: %(roots)s")
            % {"roots": ", ".join(map(str, roots))},
            field="model_path",
        )
