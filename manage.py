#!/usr/bin/env python
"""Runs Django's management commands for the platform."""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "platform_site.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.configured or settings.INSTALLED_APPS  # noqa: B018 - reads the environment now
    except ImproperlyConfigured as error:
        sys.exit(f"Settings: {error}")

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
