"""Reads of datasets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from core.accounts.actor import Actor
from core.accounts.ownership import find_visible, seen, visible
from core.errors import NotFound
from core.identifiers import as_uuid
from core.prepared import Prepared, prefetched
from datasets import storage
from datasets.models import STATE_ORDER, Dataset, DatasetFile, DataState, TrainConfig


def dataset_list(actor: Actor, search: str = "") -> QuerySet[Dataset]:
    """Datasets that the actor sees, newest first; `search`: in their name."""
    rows = visible(Dataset.objects.select_related("owner"), actor.user)
    return rows.filter(name__icontains=search) if search else rows


def files_summed(datasets: Iterable[Dataset]) -> None:
    """Give each dataset of a page its `files_count` and `total_bytes_sum`: one query."""
    found = {dataset.id: dataset for dataset in datasets}
    files = DatasetFile.objects.filter(dataset__in=found).order_by().values("dataset_id")
    sums = {row["dataset_id"]: row for row in files.annotate(count=Count("id"), size=Sum("size"))}
    for key, dataset in found.items():
        row = sums.get(key, {"count": 0, "size": 0})
        dataset.files_count = row["count"]  # type: ignore[attr-defined]
        dataset.total_bytes_sum = row["size"]  # type: ignore[attr-defined]


_FIELDS = [field.name for field in Dataset._meta.concrete_fields]
_ONE = Prepared(
    lambda key: (
        Dataset.objects.filter(id=key)
        .select_related("train_config", "owner", "team")
        .only(*_FIELDS, "train_config", "owner__username", "team__name")
        .order_by()
    )
)
_FILES = Prepared(
    lambda key: DatasetFile.objects.filter(dataset_id=key)
    .select_related("state_version__policy")
    .only(
        *(field.name for field in DatasetFile._meta.concrete_fields),
        "state_version__name", "state_version__policy__slug",
    )
)  # fmt: skip


def dataset_get(actor: Actor, dataset_id: object) -> Dataset:
    """One dataset with its files and configuration. Raises NotFound."""
    found = seen(actor, _ONE.first(as_uuid(dataset_id)))
    if found is None:
        raise NotFound(_("There is no such dataset"))
    prefetched(found, "files", _FILES.objects(found.id))
    return found


def dataset_seen(actor: Actor, dataset_id: UUID) -> bool:
    """Whether the actor sees it (still): one query, and nothing is read."""
    return visible(Dataset.objects.filter(id=dataset_id), actor.user).exists()


def datasets_seen(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, Dataset]:
    """Those of `ids` that the actor sees."""
    found = Dataset.objects.select_related("owner").filter(id__in=list(ids))
    return {dataset.id: dataset for dataset in visible(found, actor.user)}


def file_get(actor: Actor, upload_id: object) -> DatasetFile:
    """One uploaded file with its dataset. Raises NotFound."""
    files = DatasetFile.objects.select_related("dataset").filter(id=as_uuid(upload_id))
    found = find_visible(files, actor, "dataset__")
    if found is None:
        raise NotFound(_("There is no such upload"))
    return found


def file_path(file: DatasetFile) -> Path:
    return storage.files_folder() / file.stored_name


def train_config_get(dataset: Dataset) -> TrainConfig:
    """The dataset's training configuration. Raises NotFound."""
    config: TrainConfig | None = getattr(dataset, "train_config", None)
    if config is None:
        raise NotFound(_("This dataset has no training configuration"))
    return config


def train_config_path(config: TrainConfig) -> Path:
    return storage.configs_folder() / config.stored_name


def train_config_text(dataset: Dataset) -> str:
    """The YAML as text, for showing."""
    return train_config_path(train_config_get(dataset)).read_text("utf-8", errors="replace")


def is_safe(state: str) -> bool:
    """Whether training may read it under a gate: clean, or de-identified."""
    return state in (DataState.CLEAN, DataState.DEIDENTIFIED)


def worst_state(states: Iterable[str]) -> str:
    """Of files that are read together; empty where there are none."""
    found = {state or DataState.UNSCANNED for state in states}
    return str(next((state for state in STATE_ORDER if state in found), ""))


def stored_names() -> set[str]:
    """Under which all uploaded data files are stored."""
    return set(DatasetFile.objects.values_list("stored_name", flat=True))


def state_stored(stored_name: str) -> str | None:
    """The present state of an upload by the name it is stored under; None where it is gone."""
    return DatasetFile.objects.filter(stored_name=stored_name).values_list(
        "data_state", flat=True
    ).first()  # fmt: skip


def state_label(state: str) -> str:
    """The state in the reader's language; a file that nobody uploaded was never scanned."""
    return str(DataState(state or DataState.UNSCANNED).label)


def uploaded_names(actor: Actor, limit: int = 200) -> tuple[list[str], list[str]]:
    """Original names of files and of configurations that the actor sees, newest first."""
    seen_files = visible(DatasetFile.objects.order_by("-uploaded_at"), actor.user, "dataset__")
    seen_configs = visible(TrainConfig.objects.order_by("-uploaded_at"), actor.user, "dataset__")
    files = seen_files.values_list("name", flat=True)[:limit]
    configs = seen_configs.values_list("filename", flat=True)
    return list(dict.fromkeys(files)), list(dict.fromkeys(configs[:limit]))
