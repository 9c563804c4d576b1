"""Whose upload a name means: one's own before one's team's before others', or that of a dataset.

Names are free, so anybody may share a file under a name that somebody else's project uses. Who
comes later must not be trained on in place of who was meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.ownership import Visibility, may_see, visible
from core.accounts.roles import team_ids
from core.errors import Invalid
from datasets.models import DatasetFile, TrainConfig
from datasets.selectors import file_path, train_config_path


@dataclass(frozen=True)
class Upload:
    """An uploaded file as a run takes it; `state` says whether personal data is in it."""

    id: str
    dataset_id: UUID
    owner_id: int | None
    path: Path
    description: str
    state: str = ""


class Files:
    """Data files by their original names, newest of the newest dataset first."""

    @staticmethod
    def named(name: str) -> QuerySet[DatasetFile]:
        files = DatasetFile.objects.filter(name=name).select_related("dataset__owner")
        return files.order_by("-dataset__created_at", "-uploaded_at")

    @staticmethod
    def upload(row: Any) -> Upload:
        return Upload(
            str(row.id), row.dataset_id, row.dataset.owner_id, file_path(row),
            _described(row.name, row), row.data_state,
        )  # fmt: skip


class Configs:
    """Training configurations, likewise."""

    @staticmethod
    def named(name: str) -> QuerySet[TrainConfig]:
        configs = TrainConfig.objects.filter(filename=name).select_related("dataset__owner")
        return configs.order_by("-dataset__created_at", "-uploaded_at")

    @staticmethod
    def upload(row: Any) -> Upload:
        return Upload(
            str(row.dataset_id), row.dataset_id, row.dataset.owner_id, train_config_path(row),
            _described(row.filename, row),
        )  # fmt: skip


Kind = type[Files] | type[Configs]


def upload_named(kind: Kind, name: str, *, owner: User | None, actor: Actor) -> Upload | None:
    """What `name` means in something of `owner`'s, for `actor`; None where there is none.

    Raises Invalid where it means a file of the owner's that the actor may not see: another file of
    that name would not be it.
    """
    rows: QuerySet[Any] = kind.named(name)
    own = rows.filter(dataset__owner=owner).first()
    if own is not None:
        return kind.upload(_seen(own, name, actor))
    rows = visible(rows, actor.user, "dataset__")
    if owner is not None:
        rows = visible(rows, owner, "dataset__")
    team = Q(dataset__visibility=Visibility.TEAM, dataset__team__in=team_ids(owner or actor.user))
    found = rows.filter(team).first() or rows.first()
    return None if found is None else kind.upload(found)


def upload_held(kind: Kind, name: str, *, dataset_id: UUID, actor: Actor) -> Upload:
    """The newest of that name in the dataset that was meant. Raises Invalid where it is gone."""
    row = kind.named(name).filter(dataset_id=dataset_id).first()
    if row is None:
        raise Invalid(
            _(
                "%(name)s: the upload that this project means was deleted (dataset %(dataset)s). "
                "Upload it there again, or name another file in a new project"
            )
            % {"name": name, "dataset": dataset_id}
        )
    return kind.upload(_seen(row, name, actor))


def _seen(row: Any, name: str, actor: Actor) -> Any:
    if not may_see(actor.user, row.dataset):
        owner = row.dataset.owner.get_username() if row.dataset.owner else "–"
        raise Invalid(
            _("%(name)s is an upload of %(owner)s that is not shared with you")
            % {"name": name, "owner": owner}
        )
    return row


def _described(name: str, row: Any) -> str:
    """For a run's log: whose, and where, in any language."""
    dataset = row.dataset
    owner = dataset.owner.get_username() if dataset.owner else "–"
    return f"{owner}: {name} ({dataset.name}, {dataset.id}, {row.stored_name})"
