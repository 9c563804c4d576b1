"""What a person can put right: printed as one line, exit code 2."""

from __future__ import annotations


class ConfigError(Exception):
    """The configuration or the data does not fit; the message names the place."""
