"""What a person can put right: printed as one line, with an exit code of its own."""

from __future__ import annotations

DIVERGED = 3  # exit code


class Diverged(Exception):
    """The loss is no finite number any more; the message says since when. Exit code 3."""


class ConfigError(Exception):
    """The configuration or the data does not fit; the message names the place. Exit code 2."""
