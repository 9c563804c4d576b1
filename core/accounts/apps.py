"""App configuration of accounts."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from core.schedules import keep_schedule


class AccountsConfig(AppConfig):
    name = "core.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from core.accounts import known, rules, signals

        rules.register()
        signals.connect()
        known.connect()
        post_migrate.connect(schedule_tidying, sender=self)


def schedule_tidying(sender: Any, **kwargs: Any) -> None:
    """Once a day the audit trail is cut to its retention; once an hour what is over goes."""
    keep_schedule("accounts.audit_prune", "core.accounts.tasks.audit_prune", schedule_type="D")
    keep_schedule("accounts.tidy", "core.accounts.tasks.tidy", schedule_type="H")
