"""App configuration of datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from deid.models import PolicyVersion


class DatasetsConfig(AppConfig):
    name = "datasets"
    verbose_name = _("Datasets")

    def ready(self) -> None:
        from datasets.data_state import approval_gone
        from deid.signals import approval_withdrawn

        def withdrawn(version: PolicyVersion, **_more: Any) -> None:
            approval_gone(version)

        approval_withdrawn.connect(withdrawn, weak=False, dispatch_uid="datasets.approval_gone")
