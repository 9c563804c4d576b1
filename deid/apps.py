"""App configuration of de-identification."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class DeidConfig(AppConfig):
    name = "deid"
    verbose_name = _("De-identification")

    def ready(self) -> None:
        """An operator's model that is not there is said at start, not at the first text."""
        from deid.checks import keys_are_there, recognizers_hold
        from deid.engine.recognition.plugged import ModelError, parts_of

        register(keys_are_there, Tags.security, deploy=True)
        register(recognizers_hold, Tags.security)
        if settings.DEID_MODEL:
            try:
                parts_of(settings.DEID_MODEL)
            except ModelError as error:
                raise ImproperlyConfigured(
                    f"DEID_MODEL={settings.DEID_MODEL!r}: {error}"
                ) from error
