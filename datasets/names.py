"""Whose upload a name means: one's own before one's team's before others', or that of a dataset.

Names are free, so anybody may share a file under a name that somebody else's project uses. Who
comes later must not be trained on in place of who was meant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Model, Q, QuerySet
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

    dataset_id: UUID
    owner_id: int | None
    path: Path
    description: str
    state: str = ""


@dataclass(frozen=True)
class Kind:
    """What may be uploaded to a dataset, and the field that has its original name."""

    model: type[Model]
    name_field: str
    path: Callable[[Any], Path]

    def named(self, name: str) -> QuerySet[Any]:
        """Newest of the newest dataset first."""
        rows = self.model._default_manager.filter(**{self.name_field: name})
        return rows.select_related("dataset__owner").order_by(
            "-dataset__created_at", "-uploaded_at"
        )

    def upload(self, row: Any) -> Upload:
        dataset = row.dataset
        state = getattr(row, "data_state", "")
        return Upload(dataset.id, dataset.owner_id, self.path(row), self._described(row), state)

    def _described(self, row: Any) -> str:
        """For a run's log: whose, and where, in any language."""
        name, dataset = getattr(row, self.name_field), row.dataset
        owner = dataset.owner.get_username() if dataset.owner else "–"
        return f"{owner}: {name} ({dataset.name}, {dataset.id}, {row.stored_name})"


FILES = Kind(DatasetFile, "name", file_path)
CONFIGS = Kind(TrainConfig, "filename", train_config_path)


def upload_named(kind: Kind, name: str, *, owner: User | None, actor: Actor) -> Upload | None:
    """What `name` means in something of `owner`'s, for `actor`; None where there is none.

    Raises Invalid where it means a file of the owner's that the actor may not see: another file of
    that name would not be it.
    """
    rows = kind.named(name)
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
